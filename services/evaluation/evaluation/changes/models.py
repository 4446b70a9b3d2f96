"""The table of grade changes."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.changes.domain import ChangeKind, ChangeStatus
from evaluation.grades.rules import Level
from evaluation.tables import Base
from liandong.db.base import Aggregate


class GradeChange(Aggregate, Base):
    """等级调整: proposed by a clerk, decided by an approver. One open change per grade."""

    __tablename__ = "grade_change"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'adjust') = (to_grade IS NOT NULL)", name="adjusted_to_some_grade"
        ),
        Index(
            "uq_grade_change_open",
            "grade_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_grade_change_grade_id", "grade_id"),
    )

    grade_id: Mapped[UUID] = mapped_column(ForeignKey("grade.id"))
    organization_id: Mapped[UUID]
    district: Mapped[str]
    kind: Mapped[ChangeKind]
    from_grade: Mapped[Level]
    to_grade: Mapped[Level | None]
    reason: Mapped[str | None]
    """Code of the rule set; None when the grade is kept."""
    explanation: Mapped[str]
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("grade_review.id"))
    status: Mapped[ChangeStatus]
    rule_set: Mapped[str]
    proposed_by: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
