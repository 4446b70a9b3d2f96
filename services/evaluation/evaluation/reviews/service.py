"""Use cases of grade reviews: opened by a listing, taken on by a clerk, settled by a grade change
(``changes``) or by the end of the grade.

The measure that asked for the review counts as executed once it is open: what the listing brings is
the review, and what officials decide in it, weeks later, is told by events of its own.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from evaluation.grades.models import Grade
from evaluation.grades.rules import GRADES
from evaluation.reviews import repository
from evaluation.reviews.events import ReviewOpened, ReviewOverdue, ReviewSettled
from evaluation.reviews.models import GradeReview, ReviewOutcome, ReviewStatus
from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import district_rule
from liandong.ids import uuid7
from liandong.problems import Conflict
from liandong.timers.deadlines import Deadline, set_deadline

DUE: Final = "grade-review.due"


class ReviewIsSettled(Conflict):
    slug, title = "review-settled", "该复查已经办结"


async def open_review(uow: UnitOfWork, grade: Grade, listing_id: UUID, trigger: str) -> bool:
    """Once per listing and grade; whether it is new. The organisation's row is locked."""
    if await repository.known(uow.session, listing_id, grade.id) is not None:
        return False
    rule_set = await uow.rules(GRADES, grade.district)
    due_on = uow.today + timedelta(days=rule_set.parameters.review_days)
    review = GradeReview(
        id=uuid7(),
        version=0,
        grade_id=grade.id,
        organization_id=grade.organization_id,
        district=grade.district,
        listing_id=listing_id,
        trigger=trigger,
        opened_on=uow.today,
        due_on=due_on,
        rule_set=rule_set.reference,
        status=ReviewStatus.OPEN,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(review)
    uow.publish(ReviewOpened(**_facts(review), opened_on=uow.today), of=review)
    await set_deadline(uow, DUE, review.id, _over(due_on))
    _record(uow, review, "opened", grade_id=grade.id, listing_id=listing_id)
    return True


async def take(uow: UnitOfWork, review_id: UUID, version: int) -> GradeReview:
    """A clerk takes the review on, also from a colleague: the audit log keeps both."""
    review = await repository.lock(uow, review_id)
    district_rule(uow.actor, review.district)
    review.expect(version)
    require_open(review)
    before, review.handled_by = review.handled_by, uow.actor.subject
    review.touch(uow.now)
    _record(uow, review, "taken", before=before)
    return review


def require_open(review: GradeReview) -> None:
    """Raises ReviewIsSettled (409)."""
    if review.status is not ReviewStatus.OPEN:
        raise ReviewIsSettled()


def settle(
    uow: UnitOfWork, review: GradeReview, outcome: ReviewOutcome, change_id: UUID | None = None
) -> None:
    """The review is locked and open."""
    review.status = ReviewStatus.SETTLED
    review.outcome = outcome
    review.settled_by = uow.actor.subject
    review.settled_on = uow.today
    review.change_id = change_id
    uow.publish(
        ReviewSettled(**_facts(review), outcome=outcome.value, settled_on=uow.today), of=review
    )
    _record(uow, review, "settled", outcome=outcome, change_id=change_id)


async def fall_due(deadline: Deadline, uow: UnitOfWork) -> None:
    """The last day has passed; nothing is decided by itself."""
    review = await repository.lock(uow, deadline.subject_id)
    if review.is_overdue(uow.today):
        uow.publish(ReviewOverdue(**_facts(review)), of=review)
        _record(uow, review, "overdue")


def _over(due_on: date) -> datetime:
    return china_midnight(due_on + timedelta(days=1))


def _facts(review: GradeReview) -> dict[str, Any]:
    return {
        "review_id": review.id,
        "grade_id": review.grade_id,
        "organization_id": review.organization_id,
        "district": review.district,
        "listing_id": review.listing_id,
        "due_on": review.due_on,
    }


def _record(uow: UnitOfWork, review: GradeReview, fact: str, **details: object) -> None:
    uow.record(
        f"grade-review.{fact}", "grade-review", review.id, district=review.district, **details
    )
