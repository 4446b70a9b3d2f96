"""The table of grade reviews."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.tables import Base
from liandong.db.base import Aggregate


class ReviewStatus(StrEnum):
    OPEN = "open"
    """待办"""
    SETTLED = "settled"
    """已办结"""


class ReviewOutcome(StrEnum):
    ADJUST = "adjust"
    CANCEL = "cancel"
    KEEP = "keep"
    GRADE_ENDED = "grade-ended"
    """The grade ended by itself, or was replaced."""


class GradeReview(Aggregate, Base):
    """等级复查: opened by a credit listing, once per listing and grade."""

    __tablename__ = "grade_review"
    __table_args__ = (
        UniqueConstraint("listing_id", "grade_id"),
        Index("ix_grade_review_grade_id", "grade_id"),
    )

    grade_id: Mapped[UUID] = mapped_column(ForeignKey("grade.id"))
    organization_id: Mapped[UUID]
    district: Mapped[str]
    listing_id: Mapped[UUID]
    trigger: Mapped[str]
    """Why the organisation was listed."""
    opened_on: Mapped[date]
    status: Mapped[ReviewStatus]
    outcome: Mapped[ReviewOutcome | None]
    change_id: Mapped[UUID | None]
    settled_by: Mapped[str | None]
    settled_on: Mapped[date | None]

    def settle(
        self, outcome: ReviewOutcome, *, by: str, on: date, change_id: UUID | None = None
    ) -> None:
        self.status = ReviewStatus.SETTLED
        self.outcome = outcome
        self.settled_by = by
        self.settled_on = on
        self.change_id = change_id
