"""Every query about names: names in use, reservations."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from registry.names.domain import Status
from registry.names.models import NameInUse, NameReservation
from registry.names.rules import Area
from registry.organizations.domain import LIVING, Kind
from registry.organizations.models import Organization

_MOST = 1000
"""Names compared at the most: those that share the most terms."""
_DIGITS = {Area.DISTRICT: 6, Area.CITY: 4, Area.PROVINCE: 2, Area.COUNTRY: 0}


class Known(NamedTuple):
    name: str
    kind: Kind
    district: str
    organization_id: UUID | None
    """None: reserved, not registered."""
    ended: bool


async def taken(sql: asyncpg.Connection, names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of the names are in use, each with its district."""
    rows = await sql.fetch(
        """
        SELECT name, district FROM name_in_use
        WHERE (name, district) IN (SELECT * FROM unnest($1::text[], $2::text[]))
        """,
        [name for name, _ in names],
        [district for _, district in names],
    )
    return {(row[0], row[1]) for row in rows}


async def in_use(
    session: AsyncSession, terms: Sequence[str], *, district: str, area: Area, ended_after: date
) -> list[Known]:
    """Names with one of the terms, of bodies that live, ended after the day, or are to come."""
    registered = _candidates(
        select(
            Organization.name,
            Organization.kind,
            Organization.district,
            Organization.id,
            Organization.status.not_in(LIVING),
        ).where(or_(Organization.status.in_(LIVING), Organization.ended_on > ended_after)),
        Organization.name_bigrams,
        Organization.district,
        terms,
        district[: _DIGITS[area]],
    )
    reserved = _candidates(
        select(NameReservation.name, NameReservation.kind, NameReservation.district).where(
            NameReservation.status == Status.HELD
        ),
        NameReservation.name_terms,
        NameReservation.district,
        terms,
        district[: _DIGITS[area]],
    )
    found = [Known(*row) for row in await session.execute(registered)]
    for row in await session.execute(reserved):
        found.append(Known(row[0], row[1], row[2], organization_id=None, ended=False))
    return found


def _candidates(
    query: Select[*tuple[Any, ...]],
    indexed: InstrumentedAttribute[list[str]],
    place: InstrumentedAttribute[str],
    terms: Sequence[str],
    prefix: str,
) -> Select[*tuple[Any, ...]]:
    query = query.where(indexed.overlap(list(terms)))
    if prefix:
        query = query.where(place.startswith(prefix))
    return query.order_by(_shared(indexed, terms).desc()).limit(_MOST)


def _shared(indexed: InstrumentedAttribute[list[str]], terms: Sequence[str]) -> ColumnElement[int]:
    """How many of the terms the row has."""
    term = func.unnest(indexed).column_valued("term")
    return select(func.count()).where(term.in_(terms)).scalar_subquery()


async def take_turns(uow: UnitOfWork, district: str) -> None:
    """Until the unit ends nobody else reserves a name in the district: of two close names that
    are asked for at once the second is compared with the first."""
    await uow.sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('names/' || $1, 0))", district[:6]
    )


async def lock(uow: UnitOfWork, reservation_id: UUID) -> NameReservation:
    found = await uow.session.get(NameReservation, reservation_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这条名称预留")
    return found


async def get(session: AsyncSession, reservation_id: UUID) -> NameReservation:
    found = await session.get(NameReservation, reservation_id)
    if found is None:
        raise NotFound("没有这条名称预留")
    return found


async def bound_to(uow: UnitOfWork, application_id: UUID) -> Sequence[NameReservation]:
    """Reservations kept for the application, locked."""
    query = (
        select(NameReservation)
        .where(
            NameReservation.application_id == application_id,
            NameReservation.status == Status.HELD,
        )
        .order_by(NameReservation.id)
        .with_for_update()
    )
    return (await uow.session.scalars(query)).all()


async def pass_on(
    uow: UnitOfWork, name: str, district: str, holder_id: UUID, *, held_by: Sequence[UUID]
) -> bool:
    """The name has a new holder: the organisation for which it was reserved. False: none of
    ``held_by`` has it."""
    passed = await uow.session.execute(
        update(NameInUse)
        .where(
            NameInUse.name == name,
            NameInUse.district == district,
            NameInUse.holder_id.in_(held_by),
        )
        .values(holder_id=holder_id)
        .returning(NameInUse.name)
    )
    return passed.first() is not None


async def holds(session: AsyncSession, holder_id: UUID, name: str, district: str) -> bool:
    query = select(NameInUse.name).where(
        NameInUse.name == name, NameInUse.district == district, NameInUse.holder_id == holder_id
    )
    return (await session.execute(query)).first() is not None


async def free(uow: UnitOfWork, holder_id: UUID, name: str, district: str) -> None:
    """The holder's name may be taken by others."""
    await uow.session.execute(
        delete(NameInUse).where(
            NameInUse.name == name,
            NameInUse.district == district,
            NameInUse.holder_id == holder_id,
        )
    )


def search(*, within: str, name: str = "", status: Status | None = None) -> Select[NameReservation]:
    """Reservations inside the district that satisfy every condition given."""
    query = select(NameReservation).where(
        NameReservation.district.startswith(subtree_prefix(within))
    )
    if name:
        query = query.where(NameReservation.name.contains(name, autoescape=True))
    if status is not None:
        query = query.where(NameReservation.status == status)
    return query
