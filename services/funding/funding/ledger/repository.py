"""Every query about the ledger."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import visible, within
from funding.ledger.models import LedgerEntry
from funding.programmes.domain import FundingSource, Programme
from liandong.identity.actors import Actor


def search(actor: Actor, *, year: int | None, district: str) -> Select[LedgerEntry]:
    return select(LedgerEntry).where(*_conditions(actor, year, district))


async def sums(
    session: AsyncSession, actor: Actor, *, year: int | None, district: str
) -> list[tuple[int, FundingSource, Programme, int, int]]:
    """Count and sum by year, source and programme."""
    grouping = (LedgerEntry.year, LedgerEntry.funding_source, LedgerEntry.programme)
    rows = await session.execute(
        select(*grouping, func.count(), func.sum(LedgerEntry.amount_fen))
        .where(*_conditions(actor, year, district))
        .group_by(*grouping)
        .order_by(*grouping)
    )
    return [
        (which, source, programme, count, int(total))
        for which, source, programme, count, total in rows
    ]


def _conditions(actor: Actor, year: int | None, district: str) -> list[ColumnElement[bool]]:
    found = [visible(actor, LedgerEntry.district, LedgerEntry.payer_district)]
    if year is not None:
        found.append(LedgerEntry.year == year)
    if district:
        found.append(within(LedgerEntry.district, district))
    return found
