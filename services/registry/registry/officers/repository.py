"""Every query about officers."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.officers.models import Officer, OfficerInterest


async def lock(uow: UnitOfWork, officer_id: UUID) -> Officer:
    """The officer, the row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Officer, officer_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这名执法人员")
    return found


async def get(session: AsyncSession, officer_id: UUID) -> Officer:
    found = await session.get(Officer, officer_id)
    if found is None:
        raise NotFound("没有这名执法人员")
    return found


async def by_ids(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Officer]:
    found = await session.scalars(select(Officer).where(Officer.id.in_(ids)))
    return {one.id: one for one in found}


async def interests_of(
    session: AsyncSession, officer_ids: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """Bodies from which each of the officers keeps away now."""
    query = select(OfficerInterest).where(
        OfficerInterest.officer_id.in_(officer_ids), OfficerInterest.ended_at.is_(None)
    )
    found: dict[UUID, set[UUID]] = {one: set() for one in officer_ids}
    for row in await session.scalars(query):
        found[row.officer_id].add(row.organization_id)
    return found


async def interest(
    session: AsyncSession, officer_id: UUID, organization_id: UUID
) -> OfficerInterest | None:
    return await session.get(OfficerInterest, (officer_id, organization_id))


async def active(session: AsyncSession, district: str) -> Sequence[Officer]:
    """Officers on duty whose own district is the one given or lies in it, in a fixed order."""
    query = select(Officer).where(
        Officer.is_active, Officer.district.startswith(subtree_prefix(district))
    )
    return (await session.scalars(query.order_by(Officer.id))).all()


def search(*, within: str, only_active: bool = False) -> Select[Officer]:
    query = select(Officer).where(Officer.district.startswith(subtree_prefix(within)))
    return query.where(Officer.is_active) if only_active else query
