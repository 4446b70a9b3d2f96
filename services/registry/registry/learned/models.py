"""The projection: what other services say of an organisation, one row for each."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.tables import Base


class OrganizationMark(Base):
    """评估等级与名单. May be there before the organisation: news come in any order.

    ``grades`` and ``listings`` are all that was ever told; the other items follow from them.
    """

    __tablename__ = "organization_mark"
    __table_args__ = (
        Index(
            "ix_organization_mark_grade",
            "grade",
            "organization_id",
            postgresql_where=text("grade IS NOT NULL"),
        ),
        Index(
            "ix_organization_mark_serious",
            "organization_id",
            postgresql_where=text("is_serious"),
        ),
        Index(
            "ix_organization_mark_abnormal",
            "organization_id",
            postgresql_where=text("is_abnormal"),
        ),
        Index("ix_organization_mark_red", "organization_id", postgresql_where=text("is_red")),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    grade: Mapped[str | None]
    grade_valid_until: Mapped[date | None]
    """Last day of the grade."""
    is_serious: Mapped[bool]
    is_abnormal: Mapped[bool]
    is_red: Mapped[bool]
    credit_grade: Mapped[str | None]
    """信用等级 and what it brings, as credit-list told last."""
    credit_score: Mapped[int | None]
    supervision_level: Mapped[str | None]
    sampling_weight: Mapped[str | None]
    checks_per_year: Mapped[int | None]
    credit_graded_on: Mapped[date | None]
    grades: Mapped[dict[str, Any]]
    listings: Mapped[dict[str, Any]]
    learned_from: Mapped[UUID | None]
    learned_at: Mapped[datetime | None]
