"""The tables of annual inspections."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.ids import uuid7
from liandong.values.encryption import EncryptedText
from registry.inspections.domain import DropCause, Regime, SeasonStatus, Status, Verdict
from registry.inspections.draw import SamplingStatus
from registry.inspections.due import LastDays
from registry.inspections.report import Contact, Report
from registry.organizations.domain import Kind
from registry.tables import Base


class InspectionSeason(Aggregate, Base):
    """年检季: one year's inspection of the bodies of a district subtree."""

    __tablename__ = "inspection_season"
    __table_args__ = (Index("ix_inspection_season_year", "year"),)

    year: Mapped[int]
    """The inspected year; the work is done in the next one."""
    district: Mapped[str]
    status: Mapped[SeasonStatus]
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    closed_on: Mapped[date | None]
    rule_set: Mapped[str]
    rules: Mapped[dict[str, Any]]
    """The parameters of ``rule_set`` as they were on the day of opening."""
    last_days: Mapped[dict[str, Any]]
    """By regime; may have been put off."""
    extensions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    announcements: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    announced_at: Mapped[datetime | None]
    """Conclusions drawn up to this instant are public."""
    enrolled_at: Mapped[datetime | None]
    """When the register was last gone through to its end."""
    told: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Warnings that were given, each once."""
    reason: Mapped[str]

    def days_of(self, regime: Regime) -> LastDays:
        return LastDays.read(self.last_days[regime.value])

    def facts(self) -> dict[str, Any]:
        return {
            "season_id": self.id,
            "year": self.year,
            "district": self.district,
            "status": self.status,
        }


class Inspection(Aggregate, Base):
    """One organisation's inspection or report of one year."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("uq_inspection_organization_year", "organization_id", "year", unique=True),
        # What the dashboard counts, read from the index alone; lists of one state go by it too.
        Index(
            "ix_inspection_counted",
            "year",
            "district",
            "regime",
            "status",
            "verdict",
            "missed_on",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
        Index(
            "ix_inspection_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_inspection_season_status", "season_id", "status", "regime", "id"),
        Index("ix_inspection_dropped", "year", postgresql_where=text("status = 'dropped'")),
        Index(
            "ix_inspection_sampling_id",
            "sampling_id",
            postgresql_where=text("sampling_id IS NOT NULL"),
        ),
    )

    season_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    kind: Mapped[Kind]
    year: Mapped[int]
    district: Mapped[str]
    """Of the organisation, as the register had it last."""
    regime: Mapped[Regime]
    regime_reason: Mapped[str] = mapped_column(server_default="")
    is_direct: Mapped[bool]
    simplified: Mapped[bool] = mapped_column(server_default=text("false"))
    after_bad_year: Mapped[bool] = mapped_column(server_default=text("false"))
    """Missed, 基本合格 or 不合格 the year before: a report on the rectification belongs to it."""
    status: Mapped[Status]
    report: Mapped[dict[str, Any] | None]
    contact: Mapped[str | None] = mapped_column(EncryptedText("inspection.contact"))
    own_last_day: Mapped[date | None]
    """Later than the season's, given after a return or a first review."""
    submitted_on: Mapped[date | None]
    """The first time it was handed in, to whomever."""
    registrar_on: Mapped[date | None]
    missed_on: Mapped[date | None]
    opinion: Mapped[Verdict | None]
    """初审意见"""
    opinion_reason: Mapped[str] = mapped_column(server_default="")
    sampling_id: Mapped[UUID | None]
    check_result: Mapped[str] = mapped_column(server_default="")
    reviewed_by: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Everyone who reviewed it: none of them decides."""
    review: Mapped[dict[str, Any] | None]
    """What the last reviewer proposes."""
    verdict: Mapped[Verdict | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    explanation: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    """Everyone who concluded or corrected it: none of them corrects it next."""
    concluded_at: Mapped[datetime | None]
    corrected_on: Mapped[date | None]
    consecutive_missed: Mapped[int] = mapped_column(server_default="0")
    consecutive_basic: Mapped[int] = mapped_column(server_default="0")
    consecutive_unqualified: Mapped[int] = mapped_column(server_default="0")
    revocation_indicated: Mapped[bool] = mapped_column(server_default=text("false"))
    rectification: Mapped[dict[str, Any] | None]
    rectify_by: Mapped[date | None]
    drop_cause: Mapped[DropCause | None]
    reason: Mapped[str] = mapped_column(server_default="")
    """Of the last return, drop, correction or excuse."""

    @property
    def content(self) -> Report:
        """An empty one before anything was filled in."""
        report = Report.model_validate(self.report or {})
        if self.contact:
            report.contact = Contact.model_validate(json.loads(self.contact))
        return report

    @content.setter
    def content(self, report: Report) -> None:
        self.report = report.kept()
        self.contact = report.contact.model_dump_json()

    @property
    def is_late(self) -> bool:
        """Handed in after it was missed."""
        return self.missed_on is not None and self.status not in (Status.MISSED, Status.DROPPED)

    def facts(self) -> dict[str, Any]:
        """What every event about the inspection tells; no personal data."""
        return {
            "inspection_id": self.id,
            "season_id": self.season_id,
            "organization_id": self.organization_id,
            "kind": self.kind,
            "district": self.district,
            "year": self.year,
            "regime": self.regime,
            "status": self.status,
            "is_late": self.is_late,
            "verdict": self.verdict,
            "reason_codes": [one["code"] for one in self.reasons],
            "serious_reason_codes": [
                one["code"] for one in self.reasons if one["severity"] == "serious"
            ],
            "consecutive_missed": self.consecutive_missed,
            "consecutive_basically_qualified": self.consecutive_basic,
            "consecutive_unqualified": self.consecutive_unqualified,
            "revocation_indicated": self.revocation_indicated,
        }


class InspectionStep(Base):
    """History: one line for each change of state, never changed afterwards."""

    __tablename__ = "inspection_step"
    __table_args__ = (
        Index("ix_inspection_step_inspection_id", "inspection_id", "id"),
        Index(
            "ix_inspection_step_counted",
            "year",
            "district",
            "inspection_id",
            "id",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    inspection_id: Mapped[UUID]
    season_id: Mapped[UUID]
    year: Mapped[int]
    at: Mapped[datetime]
    on_day: Mapped[date]
    action: Mapped[str]
    actor: Mapped[str]
    district: Mapped[str]
    regime: Mapped[Regime]
    status: Mapped[Status]
    """After the step."""
    verdict: Mapped[Verdict | None]
    missed_on: Mapped[date | None]
    reason: Mapped[str]
    details: Mapped[dict[str, Any]]


class InspectionSampling(Aggregate, Base):
    """抽查: one draw, with everything needed to repeat it."""

    __tablename__ = "inspection_sampling"
    __table_args__ = (
        Index("ix_inspection_sampling_season_id", "season_id"),
        CheckConstraint(
            "(status = 'drawn') = (seed IS NOT NULL AND drawn_at IS NOT NULL)",
            name="drawn_with_its_seed",
        ),
    )

    season_id: Mapped[UUID]
    district: Mapped[str]
    regime: Mapped[Regime | None]
    status: Mapped[SamplingStatus]
    nonce: Mapped[str | None] = mapped_column(EncryptedText("inspection_sampling.nonce"))
    """Secret until the draw; None of a draw that was given its seed, as was done formerly."""
    commitment: Mapped[str | None]
    public_number: Mapped[str | None]
    seed: Mapped[str | None]
    algorithm: Mapped[str]
    percent: Mapped[int]
    population: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    population_digest: Mapped[str]
    weighing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The weights that were used; None: everybody had the same chance."""
    drawn: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    done: Mapped[int]
    """How many of the drawn were dealt with so far."""
    prepared_by: Mapped[str]
    drawn_by: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    reason: Mapped[str]
    """Why it was cancelled."""
