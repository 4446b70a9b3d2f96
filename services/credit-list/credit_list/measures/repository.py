"""Every query about measures."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.measures.catalogue import Executor
from credit_list.measures.domain import EndReason
from credit_list.measures.models import UNACKNOWLEDGED, ListingMeasure
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

_ASKED = """
    SELECT m.id, m.service, m.{done} IS NOT NULL AS done,
           (told.listing, told.code, told.version) AS key
    FROM listing_measure AS m
    JOIN unnest($1::uuid[], $2::text[], $3::bigint[]) AS told (listing, code, version)
      ON m.listing_id = told.listing AND m.code = told.code AND m.{version} = told.version
    ORDER BY m.id FOR UPDATE OF m
"""
_APPLIED = """
    UPDATE listing_measure
    SET applied_at = $5, applied_on = told.day, applied_count = told.number,
        affected_kind = told.kind
    FROM unnest($1::uuid[], $2::date[], $3::bigint[], $4::text[]) AS told (id, day, number, kind)
    WHERE listing_measure.id = told.id
"""
_LIFTED = """
    UPDATE listing_measure
    SET lifted_at = $4, lifted_on = told.day, lifted_count = told.number
    FROM unnest($1::uuid[], $2::date[], $3::bigint[]) AS told (id, day, number)
    WHERE listing_measure.id = told.id
"""


class Key(NamedTuple):
    """What an acknowledgement names: the measure of a listing, at a version of the listing."""

    listing_id: UUID
    code: str
    version: int


class Asked(NamedTuple):
    """A measure that a service was asked to apply or to lift."""

    id: UUID
    key: Key
    service: str
    done: bool


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


async def lock_reported(uow: UnitOfWork, keys: Collection[Key], *, ended: bool) -> list[Asked]:
    """The measures that listings switched on, or that ended, at these versions; in one order."""
    sql = _ASKED.format(version="ended_version" if ended else "started_version",
                        done="lifted_at" if ended else "applied_at")  # fmt: skip
    rows = await uow.sql.fetch(sql, *map(list, zip(*sorted(keys), strict=True)))
    return [Asked(row["id"], Key(*row["key"]), row["service"], row["done"]) for row in rows]


async def write_applied(uow: UnitOfWork, rows: Sequence[tuple[UUID, date, int, str]]) -> None:
    """Measure, the service's own day, how many of what were affected."""
    if rows:
        await uow.sql.execute(_APPLIED, *map(list, zip(*rows, strict=True)), uow.now)


async def write_lifted(uow: UnitOfWork, rows: Sequence[tuple[UUID, date, int]]) -> None:
    if rows:
        await uow.sql.execute(_LIFTED, *map(list, zip(*rows, strict=True)), uow.now)


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
