"""Finding organisations: by looking at them in no particular order, then by the indexes.

The order of the answer is that of the random digits of the ids, so that the organisations in
front are a sample of all, wherever and whenever they were registered. A word that many of them
bear fills a page from a small window; a word that few bear is for the index, whose hits are then
few. Which of the two a word is need not be known beforehand: the window tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy import Enum as EnumColumn
from sqlalchemy.dialects.postgresql import ARRAY

from liandong.db.direct import Lookup
from liandong.db.reads import ReadPool
from registry.learned.models import OrganizationMark
from registry.organizations.models import Organization
from registry.search.conditions import conditions, values
from registry.search.domain import GLANCE, Criteria, Shape, second_look
from registry.search.schemas import LISTED, OrganizationRead

Row = dict[str, Any]

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


class Way(Enum):
    """How hits are found."""

    LOOKING = "by looking at so many"
    INDEX = "by the indexes"


async def find(
    reads: ReadPool, criteria: Criteria, today: date, after: Place | None, limit: int
) -> list[Row]:
    """The next organisations in order with their marks, at most ``limit``."""

    async def ask(way: Way, window: int = 0) -> list[Row]:
        lookup, wanted = statement(criteria, way, today, after)
        return await reads.many(lookup, **wanted, limit=limit, window=window)

    if criteria.number:
        return await ask(Way.INDEX)
    rows = await ask(Way.LOOKING, GLANCE)
    if len(rows) < limit and (window := second_look(limit, len(rows))):
        rows = await ask(Way.LOOKING, window)
    if len(rows) < limit:
        rows = await ask(Way.INDEX)
    return rows


def statement(
    criteria: Criteria, way: Way, today: date, after: Place | None = None
) -> tuple[Lookup, Row]:
    """What is asked, and the values to ask it with but for ``limit`` and ``window``."""
    wanted = values(criteria, today)
    if after is not None:
        wanted |= {"after_chance": after.chance, "after_id": after.id}
    return _found(criteria.shape, way, after is not None), wanted


async def organizations(reads: ReadPool, ids: Sequence[UUID]) -> list[Row]:
    """With their marks, in the order of ``ids``."""
    by_id = {row["id"]: row for row in await reads.many(_by_ids(), ids=ids)}
    return [by_id[one] for one in ids if one in by_id]


async def one_with_marks(reads: ReadPool, organization_id: UUID) -> Row | None:
    return await reads.one(_by_ids(), ids=[organization_id])


def ids_of_all(criteria: Criteria, today: date, limit: int) -> tuple[Select[UUID], dict[str, Any]]:
    """All organisations that satisfy the criteria, with the values to ask for them."""
    query = select(Organization.id).where(*conditions(_TABLE.c, criteria.shape))
    return query.order_by(Organization.id).limit(limit), values(criteria, today)


def place_of(organization_id: UUID) -> Place:
    return Place(str(organization_id)[-12:], organization_id)


@lru_cache(maxsize=500)
def _found(shape: Shape, way: Way, behind: bool) -> Lookup:
    ids = _by_looking(shape, behind) if way is Way.LOOKING else _by_index(shape, behind)
    found = ids.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    return Lookup(
        _shown().join(found, found.c.id == _TABLE.c.id).order_by(found.c.chance, found.c.id)
    )


@lru_cache(maxsize=1)
def _by_ids() -> Lookup:
    ids = bindparam("ids", type_=ARRAY(Uuid))
    return Lookup(_shown().where(_TABLE.c.id == func.any(ids)))


def _shown() -> Select[*tuple[Any, ...]]:
    """Columns by the names that the answer gives them; what each is, the answer's model says."""
    mark: Final = OrganizationMark.__table__
    told = [mark.c[name] for name in ("grade", "grade_valid_until", *LISTED.values())]
    record = [_plain(_TABLE.c[name]) for name in OrganizationRead.model_fields]
    return select(*record, *told).outerjoin_from(
        _TABLE, mark, mark.c.organization_id == _TABLE.c.id
    )


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any] | Label[Any]:
    if isinstance(column.type, EnumColumn):
        return type_coerce(column, Text).label(column.key)
    return column


def _by_looking(shape: Shape, behind: bool) -> Select[UUID, str]:
    window = select(*_LOOKED_AT, CHANCE.label("chance")).order_by(CHANCE, _TABLE.c.id)
    if behind:
        window = window.where(_behind())
    seen = window.limit(bindparam("window")).subquery("seen")
    return (
        select(seen.c.id, seen.c.chance)
        .where(*conditions(seen.c, shape, indexed=False))
        .order_by(seen.c.chance, seen.c.id)
        .limit(bindparam("limit"))
    )


def _by_index(shape: Shape, behind: bool) -> Select[UUID, str]:
    """The hits first, whatever their number, and then their order: the planner is not to walk
    along the order in the hope of hits."""
    hits = select(_TABLE.c.id, CHANCE.label("chance")).where(*conditions(_TABLE.c, shape))
    if behind:
        hits = hits.where(_behind())
    every = hits.cte("every").prefix_with("MATERIALIZED", dialect="postgresql")
    order = (every.c.chance, every.c.id)
    return select(every.c.id, every.c.chance).order_by(*order).limit(bindparam("limit"))


def _behind() -> ColumnElement[bool]:
    place = tuple_(bindparam("after_chance", type_=Text), bindparam("after_id", type_=Uuid))
    return tuple_(CHANCE, _TABLE.c.id) > place
