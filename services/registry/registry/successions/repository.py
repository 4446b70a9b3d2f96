"""Every query about successions."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registry.organizations.models import Organization
from registry.successions.models import Succession

MOST: int = 500
"""Bodies that one lineage shows; no real one comes near."""


async def predecessors_of(session: AsyncSession, organization_id: UUID) -> list[UUID]:
    query = select(Succession.predecessor_id).where(Succession.successor_id == organization_id)
    return list(await session.scalars(query.order_by(Succession.on, Succession.id).limit(MOST)))


async def links_before(session: AsyncSession, bodies: Collection[UUID]) -> Sequence[Succession]:
    """Successions by which these bodies came to be."""
    query = select(Succession).where(Succession.successor_id.in_(bodies))
    return (await session.scalars(query.order_by(Succession.id).limit(MOST))).all()


async def links_after(session: AsyncSession, bodies: Collection[UUID]) -> Sequence[Succession]:
    """Successions in which these bodies went on."""
    query = select(Succession).where(Succession.predecessor_id.in_(bodies))
    return (await session.scalars(query.order_by(Succession.id).limit(MOST))).all()


async def bodies(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> dict[UUID, Organization]:
    query = select(Organization).where(Organization.id.in_(organization_ids))
    return {one.id: one for one in await session.scalars(query)}
