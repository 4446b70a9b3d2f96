"""Every query of the projections."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from supply_demand.learned.models import LearnedGrade, LearnedListing, LearnedOrganization

_HOLD_ALL = """
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT key FROM unnest($1::bigint[]) AS key ORDER BY key) AS ordered
"""
_WRITE_LISTINGS = """
    INSERT INTO learned_listing
        (listing_id, organization_id, list, measures, listed_on, learned_from, learned_at)
    SELECT listing, organization, list, measures::jsonb, listed_on, source, $7
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::uuid[])
      AS new (listing, organization, list, measures, listed_on, source)
    ON CONFLICT (listing_id) DO UPDATE
    SET organization_id = excluded.organization_id, list = excluded.list,
        measures = excluded.measures, listed_on = excluded.listed_on,
        learned_from = excluded.learned_from, learned_at = excluded.learned_at
"""
_NARROW_LISTINGS = """
    UPDATE learned_listing SET measures = new.measures::jsonb
    FROM unnest($1::uuid[], $2::text[]) AS new (listing, measures) WHERE listing_id = new.listing
"""
_END_LISTINGS = """
    INSERT INTO learned_listing
        (listing_id, organization_id, list, measures, delisted_on, delisted_reason, learned_from,
         learned_at)
    SELECT listing, organization, list, '[]', delisted_on, reason, source, $7
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::uuid[])
      AS new (listing, organization, list, delisted_on, reason, source)
    ON CONFLICT (listing_id) DO UPDATE
    SET delisted_on = excluded.delisted_on, delisted_reason = excluded.delisted_reason,
        learned_from = excluded.learned_from, learned_at = excluded.learned_at
"""


async def hold(uow: UnitOfWork, organization_id: UUID) -> None:
    """Lets news about an organisation and its new bids happen one after the other.

    Without it a bid could be submitted unseen while the event that bars the organisation looks
    for its live bids. A lock on the organisation's row would not do: a listing may arrive first.
    """
    await hold_all(uow, {organization_id})


async def hold_all(uow: UnitOfWork, organization_ids: Collection[UUID]) -> None:
    """As :func:`hold`, for several in one order."""
    keys = [int.from_bytes(one.bytes[8:], signed=True) for one in organization_ids]
    await uow.sql.execute(_HOLD_ALL, keys)


async def write_listings(uow: UnitOfWork, rows: Sequence[Sequence[Any]]) -> None:
    """Listings that began: listing, organisation, list, effects in force as JSON, day, event."""
    if rows:
        await uow.sql.execute(_WRITE_LISTINGS, *map(list, zip(*rows, strict=True)), uow.now)


async def end_listings(uow: UnitOfWork, rows: Sequence[Sequence[Any]]) -> None:
    """Listings that ended, known or not: listing, organisation, list, day, reason, event."""
    if rows:
        await uow.sql.execute(_END_LISTINGS, *map(list, zip(*rows, strict=True)), uow.now)


async def narrow_listings(uow: UnitOfWork, measures: Mapping[UUID, str]) -> None:
    """Measures of listings that ended by their own term are gone: what is left, as JSON."""
    if measures:
        await uow.sql.execute(_NARROW_LISTINGS, list(measures), list(measures.values()))


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
