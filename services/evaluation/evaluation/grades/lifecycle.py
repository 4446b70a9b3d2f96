"""How a grade takes effect and how it ends, whoever causes it: desk, import, event or timer."""

from datetime import date, timedelta

from evaluation.changes import repository as changes
from evaluation.changes.domain import ChangeStatus
from evaluation.grades import repository
from evaluation.grades.domain import Action, Status, advance, validity
from evaluation.grades.events import GradeCancelled, GradeConfirmed, GradeExpired
from evaluation.grades.models import Grade
from evaluation.grades.rules import GradeRules
from evaluation.reviews import repository as reviews
from evaluation.reviews.models import ReviewOutcome
from evaluation.reviews.service import settle
from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline

GRADE_EXPIRES = "grade.expires"
ORGANIZATION_ENDED = "organisation-ended"


async def take_effect(
    uow: UnitOfWork, grade: Grade, rule_set: RuleSet[GradeRules], confirmed_on: date
) -> None:
    """Makes the grade the organisation's current one; the organisation's row is locked."""
    before = await repository.lock_current(uow, grade.organization_id)
    if before is not None:
        await _end(uow, before, Action.SUPERSEDE, uow.today)
        before.touch(uow.now)
        _record(uow, before, "superseded", by=grade.id)
        # The old row leaves the unique index of current grades before the new one enters it.
        await uow.session.flush()
    grade.status = Status.CURRENT
    grade.decided_by = uow.actor.subject
    grade.confirmed_on = confirmed_on
    first_day, last_day = validity(confirmed_on, rule_set.parameters)
    grade.valid_from, grade.valid_until = first_day, last_day
    grade.rule_set = rule_set.reference
    uow.session.add(grade)
    await uow.session.flush()
    ends = china_midnight(last_day + timedelta(days=1))
    await set_deadline(uow, GRADE_EXPIRES, grade.id, ends)
    uow.publish(
        GradeConfirmed(
            **grade.facts(),
            round=grade.round,
            confirmed_on=confirmed_on,
            valid_from=first_day,
            valid_until=last_day,
            rule_set=rule_set.reference,
        ),
        of=grade,
    )


async def cancel(uow: UnitOfWork, grade: Grade, reason: str) -> None:
    """取消等级; the grade and its organisation are locked."""
    await _end(uow, grade, Action.CANCEL, uow.today)
    grade.end_reason = reason
    uow.publish(GradeCancelled(**grade.facts(), reason=reason, cancelled_on=uow.today), of=grade)
    _record(uow, grade, "cancelled", reason=reason)


async def expire(deadline: Deadline, uow: UnitOfWork) -> None:
    """The day after the last day of a grade has come."""
    _, grade = await repository.lock(uow, deadline.subject_id)
    if grade.status is not Status.CURRENT:
        return
    assert grade.valid_until is not None, "a current grade has a last day"
    expired_on = grade.valid_until + timedelta(days=1)
    await _end(uow, grade, Action.EXPIRE, expired_on)
    uow.publish(GradeExpired(**grade.facts(), expired_on=expired_on), of=grade)
    _record(uow, grade, "expired")


async def _end(uow: UnitOfWork, grade: Grade, action: Action, on: date) -> None:
    """Ends the grade; what was still to be decided about it has lost its object."""
    grade.status = advance(grade.status, action)
    grade.ended_on = on
    await cancel_deadline(uow, GRADE_EXPIRES, grade.id)
    for change in await changes.lock_open_of(uow, grade.id):
        change.status = ChangeStatus.LAPSED
        change.touch(uow.now)
    for review in await reviews.lock_open_of(uow, grade.id):
        settle(uow, review, ReviewOutcome.GRADE_ENDED)


def _record(uow: UnitOfWork, grade: Grade, fact: str, **details: object) -> None:
    uow.record(f"grade.{fact}", "grade", grade.id, district=grade.district, **details)
