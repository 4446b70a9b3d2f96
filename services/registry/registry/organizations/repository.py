"""Every query about organisations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from liandong.db.direct import AsksForOne, Lookup
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from registry.histories.recording import remember
from registry.organizations.models import Organization

_INTERNAL = frozenset({"name_bigrams", "reminder_on", "reminded"})


def _lookup(column: InstrumentedAttribute[Any]) -> Lookup:
    columns = [one for one in Organization.__table__.columns if one.name not in _INTERNAL]
    return Lookup(select(*columns).where(column == bindparam("value")))


_BY_ID = _lookup(Organization.id)
_BY_CREDIT_CODE = _lookup(Organization.credit_code)
_BY_FILING_NUMBER = _lookup(Organization.filing_number)


async def lock(uow: UnitOfWork, organization_id: UUID) -> Organization:
    """The organisation, its row locked until the unit ends; raises NotFound."""
    found = await uow.session.get(Organization, organization_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这家社会组织")
    remember(found)
    return found


async def get(reads: AsksForOne, organization_id: UUID) -> dict[str, Any]:
    return await _one(reads, _BY_ID, organization_id)


async def by_credit_code(reads: AsksForOne, code: str) -> dict[str, Any]:
    return await _one(reads, _BY_CREDIT_CODE, code)


async def by_filing_number(reads: AsksForOne, number: str) -> dict[str, Any]:
    return await _one(reads, _BY_FILING_NUMBER, number)


async def find_numbers(
    session: AsyncSession, *, credit_code: str | None, filing_number: str | None
) -> Organization | None:
    """The organisation with either public number, if there is one."""
    query = select(Organization)
    if credit_code is not None:
        query = query.where(Organization.credit_code == credit_code)
    else:
        query = query.where(Organization.filing_number == filing_number)
    return (await session.scalars(query)).one_or_none()


async def known_numbers(sql: asyncpg.Connection, numbers: Sequence[str]) -> set[str]:
    """Which of the credit codes and filing numbers are on record."""
    rows = await sql.fetch(
        """
        SELECT credit_code FROM organization WHERE credit_code = ANY($1::text[])
        UNION ALL
        SELECT filing_number FROM organization WHERE filing_number = ANY($1::text[])
        """,
        numbers,
    )
    return {row[0] for row in rows}


async def _one(reads: AsksForOne, lookup: Lookup, value: Any) -> dict[str, Any]:
    """The organisation as it is committed now; raises NotFound."""
    row = await reads.one(lookup, value=value)
    if row is None:
        raise NotFound("没有这家社会组织")
    return row
