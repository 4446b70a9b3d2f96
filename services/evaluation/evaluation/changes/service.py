"""Use cases of grade changes: propose, withdraw, approve."""

from uuid import UUID

from evaluation.changes import repository
from evaluation.changes.domain import ChangeAction, ChangeKind, ChangeStatus, advance
from evaluation.changes.models import GradeChange
from evaluation.changes.schemas import ProposeChange
from evaluation.grades import domain as grades
from evaluation.grades import lifecycle
from evaluation.grades import repository as grade_repository
from evaluation.grades.events import GradeAdjusted
from evaluation.grades.models import Grade
from evaluation.grades.rules import GRADES, GradeRules, Reason
from evaluation.reviews import repository as reviews
from evaluation.reviews.models import ReviewOutcome
from evaluation.reviews.service import require_open, settle
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid


class ChangeOpen(Conflict):
    slug, title = "change-open", "该等级已有待审批的调整"


async def propose(uow: UnitOfWork, body: ProposeChange) -> GradeChange:
    """A clerk proposes to lower, cancel or keep a grade in force."""
    _, grade = await grade_repository.lock(uow, body.grade_id)
    district_rule(uow.actor, grade.district)
    _require_in_force(grade, body.kind)
    open_ones = await repository.lock_open_of(uow, grade.id)
    if open_ones:
        raise ChangeOpen(extra={"change_id": str(open_ones[0].id)})
    rule_set = await uow.rules(GRADES, grade.district)
    _check_reason(body, rule_set.parameters)
    await _check_review(uow, body, grade)
    adjusts = body.kind is ChangeKind.ADJUST
    change = GradeChange(
        id=uuid7(),
        version=0,
        grade_id=grade.id,
        organization_id=grade.organization_id,
        district=grade.district,
        kind=body.kind,
        from_grade=grade.grade,
        to_grade=grades.lowered(grade.grade, body.to_grade) if adjusts else None,
        reason=body.reason,
        explanation=body.explanation,
        review_id=body.review_id,
        status=ChangeStatus.OPEN,
        rule_set=rule_set.reference,
        proposed_by=uow.actor.subject,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(change)
    change.touch(uow.now)
    _record(uow, change, "proposed")
    return change


async def withdraw(uow: UnitOfWork, change_id: UUID, version: int) -> GradeChange:
    """A clerk takes a wrong proposal back."""
    change = await repository.lock(uow, change_id)
    change.expect(version)
    district_rule(uow.actor, change.district)
    change.status = advance(change.status, ChangeAction.WITHDRAW)
    change.touch(uow.now)
    _record(uow, change, "withdrawn")
    return change


async def approve(uow: UnitOfWork, change_id: UUID, version: int) -> GradeChange:
    """Another person decides; the grade and the review follow at once."""
    grade_id = await repository.grade_of(uow, change_id)
    _, grade = await grade_repository.lock(uow, grade_id)
    change = await repository.lock(uow, change_id)
    change.expect(version)
    district_rule(uow.actor, change.district)
    change.status = advance(change.status, ChangeAction.APPROVE)
    two_persons(change.proposed_by, uow.actor, "批准该等级调整")
    _require_in_force(grade, change.kind)
    change.decided_by = uow.actor.subject
    change.decided_on = uow.today
    change.touch(uow.now)
    await _settle_review(uow, change)
    # What ends with the grade is looked up in the database: this change is decided already.
    await uow.session.flush()
    if change.kind is ChangeKind.ADJUST:
        _adjust(uow, grade, change)
    elif change.kind is ChangeKind.CANCEL:
        await lifecycle.cancel(uow, grade, change.reason or "")
    _record(uow, change, "approved")
    return change


def _adjust(uow: UnitOfWork, grade: Grade, change: GradeChange) -> None:
    assert change.to_grade is not None, "an adjustment names the grade"
    previous = grade.grade
    grade.grade = change.to_grade
    grade.adjusted_on = uow.today
    uow.publish(
        GradeAdjusted(
            **grade.facts(),
            previous_grade=previous,
            reason=change.reason or "",
            adjusted_on=uow.today,
        ),
        of=grade,
    )


def _require_in_force(grade: Grade, kind: ChangeKind) -> None:
    action = grades.Action.CANCEL if kind is ChangeKind.CANCEL else grades.Action.ADJUST
    grades.advance(grade.status, action)


def _check_reason(body: ProposeChange, rules: GradeRules) -> None:
    allowed: tuple[Reason, ...] = ()
    if body.kind is ChangeKind.ADJUST:
        allowed = rules.adjustment_reasons
    elif body.kind is ChangeKind.CANCEL:
        allowed = rules.cancellation_reasons
    if body.kind is not ChangeKind.KEEP and body.reason not in {one.code for one in allowed}:
        names = "、".join(f"{one.code}（{one.title}）" for one in allowed)
        raise Invalid(
            "现行规则没有这个事由代码",
            [FieldError("/reason", "unknown-reason", f"可选事由：{names}")],
        )


async def _check_review(uow: UnitOfWork, body: ProposeChange, grade: Grade) -> None:
    if body.review_id is None:
        return
    review = await reviews.lock(uow, body.review_id)
    if review.grade_id != grade.id:
        message = "该复查不是针对这个等级"
        raise Invalid(message, [FieldError("/review_id", "other-grade", message)])
    require_open(review)


async def _settle_review(uow: UnitOfWork, change: GradeChange) -> None:
    if change.review_id is None:
        return
    review = await reviews.lock(uow, change.review_id)
    require_open(review)
    settle(uow, review, ReviewOutcome(change.kind.value), change.id)


def _record(uow: UnitOfWork, change: GradeChange, fact: str) -> None:
    uow.record(
        f"grade-change.{fact}",
        "grade-change",
        change.id,
        district=change.district,
        grade_id=change.grade_id,
        kind=change.kind,
        from_grade=change.from_grade,
        to_grade=change.to_grade,
        reason=change.reason,
    )
