"""Tables of duties."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from liandong.db.base import Aggregate
from registry.duties.domain import ReportStatus, RoundStatus
from registry.tables import Base


class CommunityReport(Aggregate, Base):
    """What one body told about one period, or that it told nothing."""

    __tablename__ = "community_report"
    __table_args__ = (
        Index(
            "uq_community_report_organization_period",
            "organization_id",
            "period_from",
            unique=True,
        ),
        Index(
            "ix_community_report_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    organization_id: Mapped[UUID]
    district: Mapped[str]
    period_from: Mapped[date]
    period_until: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[ReportStatus]
    submitted_on: Mapped[date | None]
    summary: Mapped[str]
    activities: Mapped[int]
    income_fen: Mapped[int]
    spent_fen: Mapped[int]
    answer: Mapped[str]
    """两委 on what was told."""
    answered_by: Mapped[str | None]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "report_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "period_from": self.period_from,
            "period_until": self.period_until,
            "status": self.status,
        }


class ReportRound(Aggregate, Base):
    """Of the bodies of one district those that did not report in time are found together, in
    turns: no clock runs for each of millions."""

    __tablename__ = "report_round"
    __table_args__ = (
        Index("uq_report_round_district_period", "district", "period_from", unique=True),
    )

    district: Mapped[str]
    period_from: Mapped[date]
    period_until: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[RoundStatus]
    warned: Mapped[bool]
    missed: Mapped[int]
    """Bodies found so far that did not report."""
    looked_at: Mapped[UUID | None]
    """The last body of the last turn."""
    opened_by: Mapped[str]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "round_id": self.id,
            "district": self.district,
            "period_from": self.period_from,
            "period_until": self.period_until,
            "due_on": self.due_on,
        }


class Appraisal(Aggregate, Base):
    """评议: what residents and the two committees think of a body in a year."""

    __tablename__ = "appraisal"
    __table_args__ = (
        Index("uq_appraisal_organization_year", "organization_id", "year", unique=True),
        Index("ix_appraisal_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
    )

    organization_id: Mapped[UUID]
    district: Mapped[str]
    year: Mapped[int]
    residents_score: Mapped[int]
    residents: Mapped[int]
    """How many had their say."""
    committees_score: Mapped[int]
    score_hundredths: Mapped[int]
    level: Mapped[str]
    level_title: Mapped[str]
    comment: Mapped[str]
    correction: Mapped[str]
    """Why it was corrected last."""
    recorded_by: Mapped[str]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "appraisal_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "year": self.year,
            "level": self.level,
            "score_hundredths": self.score_hundredths,
        }
