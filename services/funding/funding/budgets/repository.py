"""Every query about budget lines."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from funding.access import visible, within
from funding.budgets.models import BudgetLine
from funding.programmes.domain import Programme
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor
from liandong.problems import NotFound


async def lock(uow: UnitOfWork, line_id: UUID) -> BudgetLine:
    """The line, its row locked until the unit ends; the last lock that a payment takes."""
    found = await uow.session.get(BudgetLine, line_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项预算")
    return found


async def lock_lines(
    uow: UnitOfWork, wanted: Iterable[tuple[str, Programme]], year: int
) -> dict[tuple[str, Programme], BudgetLine]:
    """The year's lines of these districts and programmes, locked in the order of their ids."""
    rows = await uow.session.scalars(
        select(BudgetLine)
        .where(
            tuple_(BudgetLine.district, BudgetLine.programme).in_(sorted(set(wanted))),
            BudgetLine.year == year,
        )
        .order_by(BudgetLine.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(row.district, row.programme): row for row in rows}


async def get(session: AsyncSession, line_id: UUID) -> BudgetLine:
    found = await session.get(BudgetLine, line_id)
    if found is None:
        raise NotFound("没有这项预算")
    return found


def search(
    actor: Actor, *, district: str, programme: Programme | None, year: int | None
) -> Select[BudgetLine]:
    query = select(BudgetLine).where(visible(actor, BudgetLine.district))
    if district:
        query = query.where(within(BudgetLine.district, district))
    if programme is not None:
        query = query.where(BudgetLine.programme == programme)
    if year is not None:
        query = query.where(BudgetLine.year == year)
    return query
