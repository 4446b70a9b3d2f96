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
    due_on: Mapped[date | None]
    """Last day for the decision; None: it was opened before reviews had a clock."""
    rule_set: Mapped[str | None]
    handled_by: Mapped[str | None]
    """The clerk who has taken it on."""
    status: Mapped[ReviewStatus]
    outcome: Mapped[ReviewOutcome | None]
    change_id: Mapped[UUID | None]
    settled_by: Mapped[str | None]
    settled_on: Mapped[date | None]

    def is_overdue(self, today: date) -> bool:
        """The last day belongs to the term."""
        return self.status is ReviewStatus.OPEN and self.due_on is not None and today > self.due_on
