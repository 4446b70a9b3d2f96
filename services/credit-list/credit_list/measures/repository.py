"""Every query about measures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.measures.catalogue import Executor
from credit_list.measures.domain import EndReason
from credit_list.measures.models import UNACKNOWLEDGED, ListingMeasure
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


def _is_late(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(ListingMeasure.lift_by, ListingMeasure.apply_by) < now


async def lock(uow: UnitOfWork, measure_id: UUID) -> ListingMeasure:
    """The row, locked; organisation and listing must have been locked before."""
    found = await uow.session.get(ListingMeasure, measure_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项措施")
    return found


async def listing_of(session: AsyncSession, measure_id: UUID) -> UUID:
    """Whose measure it is: needed to lock the listing first. Raises NotFound."""
    query = select(ListingMeasure.listing_id).where(ListingMeasure.id == measure_id)
    found = await session.scalar(query)
    if found is None:
        raise NotFound("没有这项措施")
    return found


async def lock_in_force(uow: UnitOfWork, listing_id: UUID) -> Sequence[ListingMeasure]:
    """The measures in force of the listing, locked in order."""
    return await _locked(
        uow, ListingMeasure.listing_id == listing_id, ListingMeasure.ended_on.is_(None)
    )


async def lock_started(
    uow: UnitOfWork, listing_id: UUID, code: str, version: int
) -> Sequence[ListingMeasure]:
    """The measure that the listing switched on at this version: one or none."""
    return await _locked(
        uow,
        ListingMeasure.listing_id == listing_id,
        ListingMeasure.code == code,
        ListingMeasure.started_version == version,
    )


async def lock_ended(
    uow: UnitOfWork, listing_id: UUID, code: str, version: int
) -> Sequence[ListingMeasure]:
    """The measure that ended at this version: one or none."""
    return await _locked(
        uow,
        ListingMeasure.listing_id == listing_id,
        ListingMeasure.code == code,
        ListingMeasure.ended_version == version,
    )


async def ended_with(session: AsyncSession, listing_id: UUID) -> Sequence[ListingMeasure]:
    """What was in force of a listing when it ended."""
    query = select(ListingMeasure).where(
        ListingMeasure.listing_id == listing_id,
        ListingMeasure.end_reason == EndReason.DELISTED,
    )
    return (await session.scalars(query.order_by(ListingMeasure.id))).all()


async def _locked(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> Sequence[ListingMeasure]:
    query = select(ListingMeasure).where(*conditions)
    rows = await uow.session.scalars(
        query.order_by(ListingMeasure.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def of_listing(session: AsyncSession, listing_id: UUID) -> Sequence[ListingMeasure]:
    """Every measure that the listing ever switched on, oldest decision first."""
    query = select(ListingMeasure).where(ListingMeasure.listing_id == listing_id)
    order = (ListingMeasure.started_version, ListingMeasure.id)
    return (await session.scalars(query.order_by(*order))).all()


async def effects_in_force(session: AsyncSession, organization_id: UUID) -> Sequence[str]:
    """The effects of every measure in force of the organisation."""
    query = select(ListingMeasure.effect).where(
        ListingMeasure.organization_id == organization_id, ListingMeasure.ended_on.is_(None)
    )
    return (await session.scalars(query)).all()


def in_force(organization_id: UUID | None, district: str | None) -> Select[ListingMeasure]:
    """Of listings by authorities in the district's subtree; None: of all."""
    query = select(ListingMeasure).where(ListingMeasure.ended_on.is_(None))
    if organization_id is not None:
        query = query.where(ListingMeasure.organization_id == organization_id)
    return _within(query, district)


def unacknowledged(
    district: str, service: Executor | None, *, late_at: datetime | None = None
) -> Select[ListingMeasure]:
    """Measures in the district's subtree that were not obeyed yet, or not lifted yet; with
    ``late_at`` only those overdue at that instant."""
    query = _within(select(ListingMeasure).where(text(UNACKNOWLEDGED)), district)
    if service is not None:
        query = query.where(ListingMeasure.service == service)
    if late_at is not None:
        query = query.where(_is_late(late_at))
    return query


async def count_unacknowledged(session: AsyncSession, now: datetime) -> dict[tuple[str, str], int]:
    """How many are unacknowledged, by service and by ``waiting`` or ``late``."""
    late = _is_late(now).label("late")
    query = (
        select(ListingMeasure.service, late, func.count().label("many"))
        .where(text(UNACKNOWLEDGED))
        .group_by(ListingMeasure.service, late)
    )
    return {
        (row.service.value, "late" if row.late else "waiting"): row.many
        for row in await session.execute(query)
    }


def _within(query: Select[ListingMeasure], district: str | None) -> Select[ListingMeasure]:
    prefix = subtree_prefix(district) if district else ""
    if not prefix:
        return query
    return query.where(ListingMeasure.district.startswith(prefix, autoescape=True))
