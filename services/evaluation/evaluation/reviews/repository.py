"""Every query about grade reviews."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from evaluation.reviews.models import GradeReview, ReviewStatus
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import NotFound
from liandong.values.districts import subtree_prefix

_NOT_FOUND = "没有这条等级复查"


async def lock(uow: UnitOfWork, review_id: UUID) -> GradeReview:
    found = await uow.session.get(GradeReview, review_id, with_for_update=True)
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


async def lock_open_of(uow: UnitOfWork, grade_id: UUID) -> Sequence[GradeReview]:
    """The open reviews of the grade, locked."""
    query = select(GradeReview).where(
        GradeReview.grade_id == grade_id, GradeReview.status == ReviewStatus.OPEN
    )
    return (await uow.session.scalars(query.order_by(GradeReview.id).with_for_update())).all()


async def get(session: AsyncSession, review_id: UUID) -> GradeReview:
    found = await session.get(GradeReview, review_id)
    if found is None:
        raise NotFound(_NOT_FOUND)
    return found


async def known(session: AsyncSession, listing_id: UUID, grade_id: UUID) -> GradeReview | None:
    query = select(GradeReview).where(
        GradeReview.listing_id == listing_id, GradeReview.grade_id == grade_id
    )
    return (await session.scalars(query)).one_or_none()


def search(
    *,
    within: str,
    organization_id: UUID | None = None,
    grade_id: UUID | None = None,
    status: ReviewStatus | None = None,
    overdue_on: date | None = None,
) -> Select[GradeReview]:
    """Reviews inside the district that satisfy every condition given; ``overdue_on``: open ones
    whose last day was before that day."""
    query = select(GradeReview).where(GradeReview.district.startswith(subtree_prefix(within)))
    if organization_id is not None:
        query = query.where(GradeReview.organization_id == organization_id)
    if grade_id is not None:
        query = query.where(GradeReview.grade_id == grade_id)
    if status is not None:
        query = query.where(GradeReview.status == status)
    if overdue_on is not None:
        late = GradeReview.due_on < overdue_on
        query = query.where(GradeReview.status == ReviewStatus.OPEN, late)
    return query
