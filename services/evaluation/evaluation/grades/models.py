"""The table of grades."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.grades.domain import Status, Vote
from evaluation.grades.rules import Level
from evaluation.tables import Base
from liandong.db.base import Aggregate


class Source(StrEnum):
    DECIDED = "decided"
    """Proposed, publicised and confirmed here."""
    IMPORTED = "imported"
    """Announced before the platform was in use."""


class Grade(Aggregate, Base):
    """评估等级, from the proposal to its end. One current grade per organisation."""

    __tablename__ = "grade"
    __table_args__ = (
        CheckConstraint(
            "status NOT IN ('current', 'superseded', 'cancelled', 'expired')"
            " OR num_nonnulls(confirmed_on, valid_from, valid_until, rule_set, decided_by) = 5",
            name="confirmed_in_full",
        ),
        Index(
            "uq_grade_current",
            "organization_id",
            unique=True,
            postgresql_where=text("status = 'current'"),
        ),
        Index(
            "uq_grade_open_proposal",
            "organization_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'publicised')"),
        ),
        Index(
            "uq_grade_round",
            "organization_id",
            "round",
            unique=True,
            postgresql_where=text("status IN ('current', 'superseded', 'cancelled', 'expired')"),
        ),
        Index("ix_grade_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_grade_round_status", "round", "status"),
    )

    organization_id: Mapped[UUID]
    credit_code: Mapped[str]
    organization_name: Mapped[str]
    """Both as learnt when the grade was proposed or imported."""
    district: Mapped[str]
    grade: Mapped[Level]
    awarded_grade: Mapped[Level]
    """As proposed and confirmed; ``grade`` differs from it after an adjustment."""
    round: Mapped[str]
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    members: Mapped[int | None]
    present: Mapped[int | None]
    yes: Mapped[int | None]
    status: Mapped[Status]
    source: Mapped[Source]
    proposed_by: Mapped[str | None]
    corrected_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who corrected the proposal: like the proposer, none of them may confirm it."""
    publicised_on: Mapped[date | None]
    publicity_ends_on: Mapped[date | None]
    """Last day of the publicity."""
    decided_by: Mapped[str | None]
    confirmed_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """Last day in force."""
    rule_set: Mapped[str | None]
    adjusted_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]

    @property
    def vote(self) -> Vote | None:
        if self.members is None or self.present is None or self.yes is None:
            return None
        return Vote(self.members, self.present, self.yes)

    def facts(self) -> dict[str, Any]:
        """What every event about the grade tells."""
        return {
            "grade_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "grade": self.grade,
        }
