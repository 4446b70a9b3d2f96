"""Every query about filings."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix
from liandong.values.filing_number import format_number
from registry.filings.domain import ENDED, Status
from registry.filings.models import Filing, FilingList
from registry.organizations.domain import Kind
from registry.organizations.models import Organization

_NEXT = """
    INSERT INTO filing_serial (region, year, last) VALUES ($1, $2, 1)
    ON CONFLICT (region, year) DO UPDATE SET last = filing_serial.last + 1
    RETURNING last
"""
_TAKEN = "SELECT EXISTS (SELECT FROM organization WHERE filing_number = $1)"


async def lock(uow: UnitOfWork, filing_id: UUID) -> Filing:
    """The filing, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Filing, filing_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这件备案")
    return found


async def get(session: AsyncSession, filing_id: UUID) -> Filing:
    found = await session.get(Filing, filing_id)
    if found is None:
        raise NotFound("没有这件备案")
    return found


async def next_number(uow: UnitOfWork, region: str, year: int) -> str:
    """A number that nobody has. Whoever asks for the same region and year waits until this unit
    ends; numbers that came with an import are passed over."""
    while True:
        serial: int = await uow.sql.fetchval(_NEXT, region, year)  # pyright: ignore[reportAssignmentType] - an upsert always answers
        number = format_number(region, year, serial)
        if not await uow.sql.fetchval(_TAKEN, number):
            return number


def search(
    *,
    within: str,
    district: str = "",
    statuses: Sequence[Status] = (),
    only_open: bool = False,
    filed_from: date | None = None,
    filed_until: date | None = None,
) -> Select[Filing]:
    """Filings inside ``within`` that satisfy every condition given."""
    query = select(Filing).where(Filing.district.startswith(subtree_prefix(within)))
    if district:
        query = query.where(Filing.district.startswith(subtree_prefix(district)))
    if statuses:
        query = query.where(Filing.status.in_(statuses))
    if only_open:
        query = query.where(Filing.status.not_in(ENDED))
    if filed_from is not None:
        query = query.where(Filing.filed_on >= filed_from)
    if filed_until is not None:
        query = query.where(Filing.filed_on <= filed_until)
    return query


class Figures(NamedTuple):
    filed: int
    ended: int
    living: int


async def figures(session: AsyncSession, district: str, year: int) -> Figures:
    """Of the filed bodies of a district: filed in the year, ended in it, living at its end."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begun, over = Organization.registered_on, Organization.ended_on
    lives: Any = or_(over.is_(None), over > last)
    query = select(
        func.count().filter(begun.between(first, last)),
        func.count().filter(over.between(first, last)),
        func.count().filter(begun <= last, lives),
    ).where(
        Organization.kind == Kind.COMMUNITY_GROUP,
        Organization.district.startswith(subtree_prefix(district)),
    )
    return Figures(*(await session.execute(query)).one())


async def list_of(session: AsyncSession, district: str, year: int) -> FilingList | None:
    query = select(FilingList).where(FilingList.district == district, FilingList.year == year)
    return (await session.scalars(query)).one_or_none()


def lists(*, within: str, year: int | None) -> Select[FilingList]:
    query = select(FilingList).where(FilingList.district.startswith(subtree_prefix(within)))
    return query if year is None else query.where(FilingList.year == year)
