"""Checks that are due: planned from the level that credit-list tells, reminded of, and made.

Planned by a deadline and not while the level is learnt, so that news never wait for the rules.
"""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from liandong.timers.deadlines import Deadline, set_deadline
from registry.checks.domain import Result
from registry.checks.models import CheckTask
from registry.checks.rules import CHECKS, Yearly
from registry.learned import repository as learned
from registry.learned.models import OrganizationMark
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization
from registry.supervision.clocks import Notice, is_news
from registry.yearly_checks import domain, repository
from registry.yearly_checks.domain import Status
from registry.yearly_checks.events import YearlyCheckReminded
from registry.yearly_checks.models import YearlyCheck

PLAN: Final = "yearly-check.plan"
REMIND: Final = "yearly-check.remind"


async def level_changed(uow: UnitOfWork, organization_id: UUID) -> None:
    """The plan of the year is looked at again, soon and once."""
    await set_deadline(uow, PLAN, organization_id, uow.now)


async def plan(deadline: Deadline, uow: UnitOfWork) -> None:
    """This year's checks of the body by its present level; looked at again on New Year's Day."""
    mark = await learned.mark_of(uow.session, deadline.subject_id)
    organization = await uow.session.get(Organization, deadline.subject_id)
    if mark is None or organization is None or organization.status not in LIVING:
        return
    year = uow.today.year
    rule_set = await uow.rules(CHECKS, organization.district)
    rule: Yearly | None = rule_set.parameters.yearly
    rows = await repository.lock_of(uow, organization.id, year)
    change = domain.reconcile(
        _demanded(mark, rule, year),
        [one.due_on for one in rows if one.status is Status.OPEN],
        [one.due_on for one in rows if one.status is Status.DONE],
    )
    for row in rows:
        if row.due_on in change.lifted:
            row.status = Status.LIFTED
            row.touch(uow.now)
    if rule is not None:
        for due_on in change.new:
            await _begin(uow, mark, rule, due_on, rule_set.reference)
    if change.new or change.lifted:
        uow.record(
            "yearly-check.planned",
            "organization",
            organization.id,
            district=organization.district,
            new=[day.isoformat() for day in change.new],
            lifted=[day.isoformat() for day in change.lifted],
            rule_set=rule_set.reference,
        )
    if mark.checks_per_year:
        await set_deadline(uow, PLAN, organization.id, china_midnight(date(year + 1, 1, 1)))


async def fulfil(uow: UnitOfWork, check: CheckTask) -> None:
    """A concluded check, of whatever form, makes the one that has waited longest; a body that was
    not reached was not checked. The check is locked."""
    if check.result is Result.UNREACHABLE or check.checked_on is None:
        return
    found = await repository.lock_earliest_open(uow, check.organization_id, check.checked_on.year)
    if found is None:
        return
    found.status = Status.DONE
    found.check_id = check.id
    found.done_on = check.checked_on
    found.touch(uow.now)


async def remind(deadline: Deadline, uow: UnitOfWork) -> None:
    row = await repository.lock(uow, deadline.subject_id)
    if row is None or row.status is not Status.OPEN:
        return
    organization = await uow.session.get_one(Organization, row.organization_id)
    if organization.status not in LIVING:
        row.status = Status.LIFTED
        row.touch(uow.now)
        return
    overdue = uow.today > row.due_on
    notice = Notice.OVERDUE if overdue else Notice.DUE_SOON
    if uow.today >= row.warn_on and is_news(notice, row.told):
        row.told = notice
        event = YearlyCheckReminded(**row.facts(), district=organization.district, notice=notice)
        uow.publish(event, of=row)
    if not overdue:
        await _remind_at(uow, row, max(row.warn_on, row.due_on + timedelta(days=1)))


def _demanded(mark: OrganizationMark, rule: Yearly | None, year: int) -> list[date]:
    if rule is None or not mark.checks_per_year:
        return []
    since = max(mark.credit_graded_on or date(year, 1, 1), date(year, 1, 1))
    return domain.demanded(year, mark.checks_per_year, since, rule.least_days)


async def _begin(
    uow: UnitOfWork, mark: OrganizationMark, rule: Yearly, due_on: date, rule_set: str
) -> None:
    row = YearlyCheck(
        id=uuid7(),
        version=0,
        organization_id=mark.organization_id,
        year=due_on.year,
        due_on=due_on,
        level=mark.supervision_level or "",
        status=Status.OPEN,
        warn_on=due_on - timedelta(days=rule.warn_days),
        rule_set=rule_set,
        created_at=uow.now,
        updated_at=uow.now,
    )
    row.touch(uow.now)
    uow.session.add(row)
    await _remind_at(uow, row, row.warn_on)


async def _remind_at(uow: UnitOfWork, row: YearlyCheck, day: date) -> None:
    await set_deadline(uow, REMIND, row.id, china_midnight(day))
