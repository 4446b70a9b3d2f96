"""Every query about monthly reports."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.cases.domain import Outcome as CaseOutcome
from credit_list.cases.models import Case
from credit_list.listings.models import Listing
from credit_list.repairs.domain import Status as RepairStatus
from credit_list.repairs.models import Repair
from credit_list.reports.domain import Figures, Month
from credit_list.reports.models import MonthlyReport, ReportNote
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix


async def find(session: AsyncSession, district: str, month: str) -> MonthlyReport | None:
    query = select(MonthlyReport).where(
        MonthlyReport.district == district, MonthlyReport.month == month
    )
    return (await session.scalars(query)).one_or_none()


async def lock(uow: UnitOfWork, report_id: UUID) -> MonthlyReport:
    found = await uow.session.get(MonthlyReport, report_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这份月报")
    return found


async def lock_or_open(uow: UnitOfWork, opened: MonthlyReport) -> MonthlyReport:
    """The report of that district and month, locked; as given when there is none."""
    columns = {one.name: getattr(opened, one.name) for one in MonthlyReport.__table__.columns}
    await uow.session.execute(insert(MonthlyReport).values(columns).on_conflict_do_nothing())
    query = select(MonthlyReport).where(
        MonthlyReport.district == opened.district, MonthlyReport.month == opened.month
    )
    return (await uow.session.scalars(query.with_for_update())).one()


async def notes(session: AsyncSession, report_id: UUID) -> Sequence[ReportNote]:
    query = select(ReportNote).where(ReportNote.report_id == report_id)
    return (await session.scalars(query.order_by(ReportNote.number))).all()


async def figures(session: AsyncSession, district: str, month: Month) -> Figures:
    """What the month was, as far as is known now."""
    return {
        "lists": await _lists(session, district, month),
        "cases": await _cases(session, district, month),
        "repairs": await _repairs(session, district, month),
    }


async def _lists(session: AsyncSession, district: str, month: Month) -> list[dict[str, Any]]:
    place = (Listing.district, Listing.list)
    standing = (
        Listing.listed_on <= month.last,
        or_(Listing.delisted_on.is_(None), Listing.delisted_on > month.last),
    )
    found: dict[Any, dict[str, Any]] = defaultdict(
        lambda: {"entered": 0, "left": {}, "standing": 0}
    )
    for name, conditions in (
        ("entered", (Listing.listed_on.between(month.first, month.last),)),
        ("standing", standing),
    ):
        for *where, count in await _count(session, place, district, *conditions):
            found[tuple(where)][name] = count
    left = Listing.delisted_on.between(month.first, month.last)
    for area, name, reason, count in await _count(
        session, (*place, Listing.delist_reason), district, left
    ):
        found[area, name]["left"][reason.value] = count
    return [
        {"district": area, "list": name.value, **found[area, name]} for area, name in sorted(found)
    ]


async def _cases(session: AsyncSession, district: str, month: Month) -> list[dict[str, Any]]:
    decided = Case.decided_on.between(month.first, month.last)
    return await _by_district(
        session,
        district,
        Case.district,
        {
            "opened": (Case.proposed_on.between(month.first, month.last),),
            "listed": (decided, Case.outcome == CaseOutcome.LIST),
            "not_listed": (decided, Case.outcome == CaseOutcome.NOT_LIST),
        },
    )


async def _repairs(session: AsyncSession, district: str, month: Month) -> list[dict[str, Any]]:
    decided = Repair.decided_on.between(month.first, month.last)
    return await _by_district(
        session,
        district,
        Repair.district,
        {
            "applied": (Repair.applied_on.between(month.first, month.last),),
            "granted": (decided, Repair.status == RepairStatus.GRANTED),
            "refused": (decided, Repair.status == RepairStatus.REFUSED),
        },
    )


async def _by_district(
    session: AsyncSession,
    district: str,
    area: Any,
    wanted: dict[str, tuple[ColumnElement[bool], ...]],
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(wanted, 0))
    for name, conditions in wanted.items():
        for where, count in await _count(session, (area,), district, *conditions):
            found[where][name] = count
    return [{"district": where, **found[where]} for where in sorted(found)]


async def _count(
    session: AsyncSession,
    place: Sequence[Any],
    district: str,
    *conditions: ColumnElement[bool],
) -> Sequence[Any]:
    """The number of rows in each place; its first part is the district."""
    query = select(*place, func.count()).where(*conditions).group_by(*place)
    prefix = subtree_prefix(district)
    if prefix:
        query = query.where(place[0].startswith(prefix, autoescape=True))
    return (await session.execute(query)).all()
