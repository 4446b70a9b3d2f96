"""Finding organisations: by looking at them in no particular order, then by the indexes.

The order of the answer is that of the random digits of the ids, so that the organisations in
front are a sample of all, wherever and whenever they were registered. A word that many of them
bear fills a page from a small window; a word that few bear is for the index, whose hits are then
few. Which of the two a word is need not be known beforehand: the window tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.values.districts import subtree_prefix
from registry.learned.models import OrganizationMark
from registry.organizations.domain import bigrams
from registry.organizations.models import Organization
from registry.search.domain import GLANCE, Criteria, second_look

_TABLE = Organization.__table__
CHANCE: ColumnElement[str] = literal_column('"right"(CAST(organization.id AS text), 12)', Text)
"""The random digits of an id: as the index has them."""
_LOOKED_AT = [
    _TABLE.c[name]
    for name in (
        "id", "name", "district", "kind", "status", "nature", "community_class", "direct_class",
        "service_field", "is_community", "is_hub", "charity_status", "registered_on",
        "certificate_until",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    chance: str
    id: UUID


async def find(
    session: AsyncSession, criteria: Criteria, today: date, after: Place | None, limit: int
) -> list[UUID]:
    """The ids of the next organisations in order, at most ``limit``."""
    if criteria.number:
        return await _ids(session, _by_index(criteria, today, after, limit))
    found = await _ids(session, _by_looking(criteria, today, after, limit, GLANCE))
    if 0 < len(found) < limit:
        window = second_look(limit)
        found = await _ids(session, _by_looking(criteria, today, after, limit, window))
    if len(found) < limit:
        found = await _ids(session, _by_index(criteria, today, after, limit))
    return found


async def organizations(session: AsyncSession, ids: Sequence[UUID]) -> list[Organization]:
    """In the order of ``ids``."""
    rows = await session.scalars(select(Organization).where(Organization.id.in_(ids)))
    by_id = {row.id: row for row in rows}
    return [by_id[one] for one in ids if one in by_id]


def everything(criteria: Criteria, today: date) -> Select[Organization]:
    """All organisations that satisfy the criteria, for reading through a cursor."""
    return (
        select(Organization).where(*conditions(_TABLE.c, criteria, today)).order_by(Organization.id)
    )


def place_of(organization_id: UUID) -> Place:
    return Place(str(organization_id)[-12:], organization_id)


async def _ids(session: AsyncSession, query: Select[UUID]) -> list[UUID]:
    return list(await session.scalars(query))


def _by_looking(
    criteria: Criteria, today: date, after: Place | None, limit: int, many: int
) -> Select[UUID]:
    window = select(*_LOOKED_AT, CHANCE.label("chance")).order_by(CHANCE, _TABLE.c.id).limit(many)
    if after is not None:
        window = window.where(_behind(after))
    seen = window.subquery("seen")
    return (
        select(seen.c.id)
        .where(*conditions(seen.c, criteria, today, indexed=False))
        .order_by(seen.c.chance, seen.c.id)
        .limit(limit)
    )


def _by_index(criteria: Criteria, today: date, after: Place | None, limit: int) -> Select[UUID]:
    """The hits first, whatever their number, and then their order: the planner is not to walk
    along the order in the hope of hits."""
    hits = select(_TABLE.c.id, CHANCE.label("chance")).where(*conditions(_TABLE.c, criteria, today))
    if after is not None:
        hits = hits.where(_behind(after))
    found = hits.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    return select(found.c.id).order_by(found.c.chance, found.c.id).limit(limit)


def _behind(after: Place) -> ColumnElement[bool]:
    return tuple_(CHANCE, _TABLE.c.id) > tuple_(after.chance, after.id)


def conditions(
    c: Any, criteria: Criteria, today: date, *, indexed: bool = True
) -> list[ColumnElement[bool]]:
    """Of the columns ``c``, those of the table or of what was looked at."""
    found: list[ColumnElement[bool]] = []
    if criteria.name:
        if indexed:
            found.append(c.name_bigrams.contains(bigrams(criteria.name)))
        found.append(c.name.contains(criteria.name, autoescape=True))
    if criteria.number:
        found.append(or_(c.credit_code == criteria.number, c.filing_number == criteria.number))
    prefix = subtree_prefix(criteria.district) if criteria.district else ""
    if prefix:
        found.append(c.district.startswith(prefix, autoescape=True))
    if criteria.statuses:
        found.append(c.status.in_(criteria.statuses))
    for name in ("kind", "direct_class", "nature", "community_class", "is_hub", "is_community"):
        if (wanted := getattr(criteria, name)) is not None:
            found.append(c[name] == wanted)
    if criteria.service_field:
        found.append(c.service_field == criteria.service_field)
    if criteria.is_charity is not None:
        none = c.charity_status.is_(None)
        found.append(~none if criteria.is_charity else none)
    return found + _days(c, criteria) + _marks(c, criteria, today, indexed=indexed)


def _days(c: Any, criteria: Criteria) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if criteria.registered_from is not None:
        found.append(c.registered_on >= criteria.registered_from)
    if criteria.registered_to is not None:
        found.append(c.registered_on <= criteria.registered_to)
    if criteria.certificate_until is not None:
        found.append(c.certificate_until <= criteria.certificate_until)
    return found


def _marks(c: Any, criteria: Criteria, today: date, *, indexed: bool) -> list[ColumnElement[bool]]:
    mark = OrganizationMark
    wanted: list[ColumnElement[bool]] = [
        getattr(mark, f"is_{name.value}").is_(True) for name in criteria.lists
    ]
    if grades := criteria.grades:
        wanted.append(mark.grade.in_(grades))
        wanted.append(or_(mark.grade_valid_until.is_(None), mark.grade_valid_until >= today))
    if not wanted:
        return []
    if indexed:
        return [c.id.in_(select(mark.organization_id).where(*wanted))]
    # A value, not a condition of its own: it must be looked up for each organisation in turn,
    # and not be made a join that loses the order.
    value = select(func.coalesce(and_(*wanted), False)).where(mark.organization_id == c.id)
    return [value.scalar_subquery().is_(True)]
