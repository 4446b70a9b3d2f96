"""Every query of the projections."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from supply_demand.learned.models import LearnedGrade, LearnedListing, LearnedOrganization

_HOLD = text("SELECT pg_advisory_xact_lock(CAST(:key AS bigint))")


async def hold(uow: UnitOfWork, organization_id: UUID) -> None:
    """Lets news about an organisation and its new bids happen one after the other.

    Without it a bid could be submitted unseen while the event that bars the organisation looks
    for its live bids. A lock on the organisation's row would not do: a listing may arrive first.
    """
    key = int.from_bytes(organization_id.bytes[8:], signed=True)
    await uow.session.execute(_HOLD, {"key": key})


async def find(session: AsyncSession, organization_id: UUID) -> LearnedOrganization | None:
    return await session.get(LearnedOrganization, organization_id, populate_existing=True)


async def by_credit_code(session: AsyncSession, credit_code: str) -> LearnedOrganization | None:
    """The organisation that bears the code; of two that do, the one heard of last."""
    query = (
        select(LearnedOrganization)
        .where(LearnedOrganization.credit_code == credit_code)
        .order_by(LearnedOrganization.learned_at.desc(), LearnedOrganization.organization_id)
        .limit(1)
    )
    return (await session.scalars(query)).first()


async def organizations(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, LearnedOrganization]:
    rows = await session.scalars(
        select(LearnedOrganization)
        .where(LearnedOrganization.organization_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {row.organization_id: row for row in rows}


async def listings_in_force(session: AsyncSession, ids: Sequence[UUID]) -> list[LearnedListing]:
    rows = await session.scalars(
        select(LearnedListing)
        .where(LearnedListing.organization_id.in_(ids), LearnedListing.delisted_on.is_(None))
        .order_by(LearnedListing.listing_id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def grades(session: AsyncSession, ids: Sequence[UUID]) -> list[LearnedGrade]:
    """Every grade of the organisations, in the order of their periods."""
    rows = await session.scalars(
        select(LearnedGrade)
        .where(LearnedGrade.organization_id.in_(ids))
        .order_by(LearnedGrade.valid_from.nulls_first(), LearnedGrade.grade_id)
        .execution_options(populate_existing=True)
    )
    return list(rows)
