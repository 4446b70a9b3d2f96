"""Opening a grade review. It is settled by a grade change (``changes``)."""

from uuid import UUID

from evaluation.grades.models import Grade
from evaluation.reviews import repository
from evaluation.reviews.models import GradeReview, ReviewStatus
from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7


async def open_review(uow: UnitOfWork, grade: Grade, listing_id: UUID, trigger: str) -> bool:
    """Once per listing and grade; whether it is new. The organisation's row is locked."""
    if await repository.known(uow.session, listing_id, grade.id) is not None:
        return False
    review = GradeReview(
        id=uuid7(),
        version=0,
        grade_id=grade.id,
        organization_id=grade.organization_id,
        district=grade.district,
        listing_id=listing_id,
        trigger=trigger,
        opened_on=uow.today,
        status=ReviewStatus.OPEN,
        created_at=uow.now,
        updated_at=uow.now,
    )
    review.touch(uow.now)
    uow.session.add(review)
    uow.record(
        "grade-review.opened",
        "grade-review",
        review.id,
        district=review.district,
        grade_id=grade.id,
        listing_id=listing_id,
    )
    return True
