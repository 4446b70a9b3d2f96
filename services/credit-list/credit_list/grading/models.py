"""The tables of credit grades: what holds, what held, and who is to be looked at when."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.grading.domain import Grade, Level
from credit_list.tables import Base
from liandong.db.base import Aggregate


class CreditGrade(Aggregate, Base):
    """信用等级 of an organisation as it was evaluated last."""

    __tablename__ = "credit_grade"
    __table_args__ = (
        Index(
            "ix_credit_grade_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_credit_grade_grade", "grade", "id", postgresql_where=text("ended_on IS NULL")),
        CheckConstraint("checks_per_year >= 0", name="checks_not_negative"),
    )

    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("known_organization.organization_id"), unique=True
    )
    district: Mapped[str]
    grade: Mapped[Grade]
    score: Mapped[int]
    supervision_level: Mapped[Level]
    sampling_weight: Mapped[str]
    checks_per_year: Mapped[int]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each line that facts fit, with the points and the facts, as it was explained then."""
    limits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    explanation: Mapped[str]
    rule_set: Mapped[str]
    evaluated_on: Mapped[date]
    since: Mapped[date]
    """Day on which the present result came about."""
    period: Mapped[int]
    """Number of the present period of the history."""
    ended_on: Mapped[date | None]
    """The organisation was cancelled: it is graded no longer."""


class GradePeriod(Base):
    """One result and how long it held; written once, closed once."""

    __tablename__ = "credit_grade_period"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[date]
    ended_on: Mapped[date | None]
    """Day on which another result took its place."""
    grade: Mapped[Grade]
    score: Mapped[int]
    supervision_level: Mapped[Level]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    limits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    explanation: Mapped[str]
    rule_set: Mapped[str]


class GradingWatch(Base):
    """When an organisation is to be looked at without anybody telling anything."""

    __tablename__ = "credit_grade_watch"
    __table_args__ = (
        Index(
            "ix_credit_grade_watch_next",
            "next_change_on",
            postgresql_where=text("next_change_on IS NOT NULL"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    next_change_on: Mapped[date | None]
    """The first day on which time alone may change the result."""
    rules: Mapped[str]
    """What the rule sets in force were when the worker looked last."""
