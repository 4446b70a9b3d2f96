"""Rounds of report: one clock for each district, whatever the number of its bodies."""

from datetime import date, datetime, timedelta
from typing import Final

from liandong.clock import china_midnight
from liandong.db.errors import ConstraintViolated, violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, set_deadline
from registry.duties import repository
from registry.duties.domain import ReportStatus, RoundStatus, Span
from registry.duties.events import (
    CommunityReportMissed,
    ReportRoundClosed,
    ReportRoundDueSoon,
    ReportRoundOpened,
)
from registry.duties.models import CommunityReport, ReportRound
from registry.duties.rules import DUTIES, DutyRules
from registry.duties.schemas import OpenRound
from registry.organizations.models import Organization

CLOCK: Final = "report-round.clock"
TURN: Final = 200
"""Bodies looked at in one transaction."""


class RoundExists(Conflict):
    slug, title = "round-exists", "该地该期的定期报告已经开始"


async def open_round(uow: UnitOfWork, body: OpenRound) -> ReportRound:
    """The first round of a district; each opens the next when it is done."""
    district_rule(uow.actor, body.district)
    rule_set: RuleSet[DutyRules] = await uow.rules(DUTIES, body.district, body.day)
    span = Span.containing(body.day, rule_set.parameters.reports.months)
    if body.day > uow.today:
        told = "报告期不能晚于今日"
        raise Invalid(told, [FieldError("/day", "in-the-future", told)])
    if span.end + timedelta(days=rule_set.parameters.reports.due_days) < uow.today:
        told = "该报告期的报告期限已过，请从以后的报告期开始"
        raise Invalid(told, [FieldError("/day", "over", told)])
    if await repository.round_of(uow.session, body.district, span.start) is not None:
        raise RoundExists()
    try:
        return await _open(uow, body.district, span, rule_set)
    except ConstraintViolated as error:
        if violated_constraint(error) == "uq_report_round_district_period":
            raise RoundExists() from None
        raise


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """First the reminder, then, after the last day, one turn after another."""
    found = await repository.lock_round(uow, deadline.subject_id)
    if found.status is RoundStatus.CLOSED:
        return
    if uow.today <= found.due_on:
        if not found.warned:
            found.warned = True
            uow.publish(ReportRoundDueSoon(**found.facts()), of=found)
        await set_deadline(uow, CLOCK, found.id, _after(found.due_on))
        return
    silent = await repository.silent(uow.session, found, TURN)
    for organization in silent:
        _missed(uow, found, organization)
    found.missed += len(silent)
    if len(silent) == TURN:
        found.looked_at = silent[-1].id
        found.touch(uow.now)
        await set_deadline(uow, CLOCK, found.id, uow.now)
        return
    found.status = RoundStatus.CLOSED
    uow.publish(ReportRoundClosed(**found.facts(), missed=found.missed), of=found)
    await _go_on(uow, found)


async def _go_on(uow: UnitOfWork, done: ReportRound) -> None:
    rule_set: RuleSet[DutyRules] = await uow.rules(
        DUTIES, done.district, done.period_until + timedelta(days=1)
    )
    span = Span.containing(
        done.period_until + timedelta(days=1), rule_set.parameters.reports.months
    )
    if await repository.round_of(uow.session, done.district, span.start) is None:
        await _open(uow, done.district, span, rule_set)


async def _open(
    uow: UnitOfWork, district: str, span: Span, rule_set: RuleSet[DutyRules]
) -> ReportRound:
    rules = rule_set.parameters.reports
    due = span.end + timedelta(days=rules.due_days)
    made = ReportRound(
        id=uuid7(),
        version=0,
        district=district,
        period_from=span.start,
        period_until=span.end,
        due_on=due,
        status=RoundStatus.OPEN,
        warned=False,
        missed=0,
        opened_by=uow.actor.subject,
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(made)
    await uow.session.flush()
    soon = china_midnight(due - timedelta(days=rules.warn_days))
    await set_deadline(uow, CLOCK, made.id, soon)
    uow.publish(ReportRoundOpened(**made.facts()), of=made)
    uow.record("report-round.opened", "report-round", made.id, district=district)
    return made


def _missed(uow: UnitOfWork, of: ReportRound, organization: Organization) -> None:
    report = CommunityReport(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        district=organization.district,
        period_from=of.period_from,
        period_until=of.period_until,
        due_on=of.due_on,
        status=ReportStatus.MISSED,
        summary="",
        activities=0,
        income_fen=0,
        spent_fen=0,
        answer="",
        rule_set=of.rule_set,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(report)
    uow.publish(CommunityReportMissed(**report.facts()), of=report)


def _after(day: date) -> datetime:
    return china_midnight(day + timedelta(days=1))
