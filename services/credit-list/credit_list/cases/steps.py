"""What every use case of a case does: take it at the expected version, keep the step."""

from datetime import date
from typing import Final
from uuid import UUID

from credit_list.cases import domain, repository, timing
from credit_list.cases.domain import Action, Status
from credit_list.cases.models import Case, Step
from credit_list.cases.rules import CASES, CaseParameters
from credit_list.cases.timing import Due
from credit_list.periods import add_working_days, end_of
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import SYSTEM
from liandong.identity.guards import district_rule
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import set_deadline

Rules = RuleSet[CaseParameters]
WINDOW_ENDS: Final = "case.window-ends"


async def lock_at(uow: UnitOfWork, case_id: UUID, version: int) -> Case:
    case = await repository.lock(uow, case_id)
    case.expect(version)
    district_rule(uow.actor, case.district)
    return case


async def elapse(uow: UnitOfWork, case: Case) -> None:
    """Records the end of the window without a statement, once."""
    if case.status != Status.NOTICE_SERVED or case.window_ends_on is None:
        return
    if not domain.window_is_over(case.window_ends_on, uow.today):
        return
    case.status = domain.advance(case.status, Action.ELAPSE)
    rule_set = await uow.rules(CASES, case.district)
    step(uow, case, Action.ELAPSE, rule_set, by=SYSTEM(uow.service).subject)


async def open_window(uow: UnitOfWork, case: Case, served_on: date, rule_set: Rules) -> None:
    """The window runs from the day after service; it is never shorter than it was."""
    last_day = add_working_days(served_on, rule_set.parameters.defence_window.working_days)
    last_day = max(last_day, case.window_ends_on or last_day)
    case.notice_served_on, case.window_ends_on = served_on, last_day
    await set_deadline(uow, WINDOW_ENDS, case.id, end_of(last_day))


def step(
    uow: UnitOfWork,
    case: Case,
    action: Action | None,
    rule_set: Rules,
    *,
    by: str = "",
    **details: object,
) -> None:
    """Counts the change, sets what falls due next, keeps who did what when under which rules."""
    _schedule(uow, case, rule_set.parameters)
    case.touch(uow.now)
    uow.session.add(
        Step(
            case_id=case.id,
            number=case.version,
            action=action,
            status=case.status,
            by=by or uow.actor.subject,
            at=uow.now,
            rule_set=rule_set.reference,
        )
    )
    uow.record(
        f"case.{action or 'proposed'}",
        "case",
        case.id,
        district=case.district,
        list=case.list.value,
        organization_id=case.organization_id,
        **details,
    )


def _schedule(uow: UnitOfWork, case: Case, rules: CaseParameters) -> None:
    """A step that is due already keeps its day: doing half of it anew wins no time."""
    due = timing.next_step(
        case.status,
        unverified=case.is_unverified(),
        hearing=case.hearing,
        decision_served=case.decision_served_on is not None,
    )
    if due is Due.VERIFY_STATEMENT:
        case.due_on = case.verify_by
    elif due is None:
        case.due_on = None
    elif due is not case.due_step:
        since = uow.today
        if due is timing.Due.DECIDE and case.window_ends_on is not None:
            since = max(since, case.window_ends_on)  # nothing is decided before it has ended
        case.due_on = timing.due_on(due, rules.clocks, since)
    case.due_step = due
