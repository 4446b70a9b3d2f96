"""The table of penalty cases."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from liandong.values.periods import Stop
from registry.organizations.domain import Kind
from registry.penalties.domain import (
    Class,
    Effect,
    HearingOutcome,
    Safeguards,
    Source,
    Status,
    authority_name,
)
from registry.penalties.proposal import Proposal
from registry.supervision.clocks import Notice
from registry.tables import Base

_SAFE = """decided_on IS NULL OR (
    notice_served_on IS NOT NULL AND statement_until IS NOT NULL AND statement_until < decided_on
    AND (hearing_requested_on IS NULL OR hearing_ended_on IS NOT NULL)
    AND (hearing_requested_on IS NOT NULL OR hearing_until IS NULL OR hearing_until < decided_on)
    AND reviewed_by IS NOT NULL AND decided_by IS NOT NULL AND reviewed_by <> decided_by)"""
"""行政处罚法 art. 62 once more, for whatever writes to the table."""


class Penalty(Aggregate, Base):
    """行政处罚案件."""

    __tablename__ = "penalty"
    __table_args__ = (
        CheckConstraint(_SAFE, name="decided_with_every_safeguard"),
        CheckConstraint("paid_fen >= 0 AND paid_fen <= due_fen", name="paid_what_is_due"),
        Index("ix_penalty_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_penalty_organization_id", "organization_id"),
        Index("ix_penalty_published_on", "published_on", "id"),
        # One matter, one case: 一事不再罚 begins with the clue (行政处罚法 art. 29).
        Index(
            "uq_penalty_source",
            "source_id",
            unique=True,
            postgresql_where=text(
                "source_id IS NOT NULL AND status NOT IN ('not_filed', 'dismissed', 'withdrawn')"
            ),
        ),
    )

    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    kind: Mapped[Kind]
    district: Mapped[str]
    """Of the organisation; the authority of the same county handles the case."""
    authority: Mapped[str]
    """District code of the authority: six digits."""
    status: Mapped[Status]
    source: Mapped[Source]
    source_id: Mapped[UUID | None]
    cause: Mapped[str]
    """案由"""
    suspected: Mapped[list[str]] = mapped_column(ARRAY(Text))
    discovered_on: Mapped[date]
    violation_ended_on: Mapped[date | None]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    investigators: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    handlers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who reported, investigated or proposed: none of them reviews or decides."""

    filed_on: Mapped[date | None]
    filed_by: Mapped[str | None]
    extensions: Mapped[int]
    reason: Mapped[str]
    """Of the last step that needed one."""

    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_heavy: Mapped[bool]
    proposed_on: Mapped[date | None]
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    notice_served_on: Mapped[date | None]
    statement_until: Mapped[date | None]
    hearing_until: Mapped[date | None]
    first_informed_on: Mapped[date | None]
    """Since then the body sees its case."""
    statements: Mapped[str] = mapped_column(EncryptedText("penalty.statements"))
    hearing_requested_on: Mapped[date | None]
    hearing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    hearing_record: Mapped[str] = mapped_column(EncryptedText("penalty.hearing_record"))
    hearing_ended_on: Mapped[date | None]
    hearing_outcome: Mapped[HearingOutcome | None]
    stops: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Hearings of every round: the 90 days stand still meanwhile, where the rules say so."""
    reviewed_by: Mapped[str | None]
    reviewed_on: Mapped[date | None]
    review: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rounds: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What was proposed and noticed before the case was sent back."""

    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    authority_name: Mapped[str | None]
    """处罚机关, as it signs the decision."""
    authority_credit_code: Mapped[str | None]
    decision_number: Mapped[str | None] = mapped_column(unique=True)
    discussion: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    basis: Mapped[list[str]] = mapped_column(ARRAY(Text))
    remedy: Mapped[str]
    closed_by: Mapped[str | None]
    closed_on: Mapped[date | None]
    ground: Mapped[str]
    """Code of the reason for which it was spared, or withdrawn."""
    due_fen: Mapped[int]
    paid_fen: Mapped[int]

    service: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    served_on: Mapped[date | None]
    effect: Mapped[Effect]
    effective_from: Mapped[date | None]
    effective_until: Mapped[date | None]
    payments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    executed_on: Mapped[date | None]
    publication_class: Mapped[Class | None]
    published_on: Mapped[date | None]
    publication_until: Mapped[date | None]
    unpublished_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reasons: Mapped[str]
    is_undone: Mapped[bool]
    """Whether the withdrawal undid what the penalty did to the registration."""
    told: Mapped[Notice | None]
    rule_set: Mapped[str]

    @property
    def proposed(self) -> Proposal | None:
        return None if self.proposal is None else Proposal.model_validate(self.proposal)

    @property
    def safeguards(self) -> Safeguards:
        return Safeguards(
            self.notice_served_on,
            self.statement_until,
            self.hearing_until,
            self.hearing_requested_on,
            self.hearing_ended_on,
        )

    @property
    def said(self) -> list[dict[str, Any]]:
        """陈述、申辩 of the present round."""
        return json.loads(self.statements)

    @said.setter
    def said(self, statements: list[dict[str, Any]]) -> None:
        self.statements = json.dumps(statements, ensure_ascii=False)

    @property
    def is_published(self) -> bool:
        return self.published_on is not None and self.unpublished_on is None

    def clock_stops(self) -> Sequence[Stop]:
        return [Stop(date.fromisoformat(one["from"]), _day(one["until"])) for one in self.stops]

    def stop_clock(self, on: date) -> None:
        self.stops = [*self.stops, {"from": on.isoformat(), "until": None}]

    def restart_clock(self, on: date) -> None:
        if self.stops and self.stops[-1]["until"] is None:
            *before, last = self.stops
            self.stops = [*before, {**last, "until": on.isoformat()}]

    def add_handlers(self, *subjects: str) -> None:
        self.handlers = sorted({*self.handlers, *subjects})

    def begin_round(self, on: date, reason: str) -> None:
        """The way begins again; what was noticed before stays on record and counts no more."""
        self.rounds = [
            *self.rounds,
            {
                "ended_on": on.isoformat(),
                "reason": reason,
                "proposal": self.proposal,
                "notice": self.notice,
                "was_heard": bool(self.said) or self.hearing_requested_on is not None,
                "evidence": len(self.evidence),
                "hearing": self.hearing,
                "review": self.review,
            },
        ]
        self.proposal, self.proposed_on, self.is_heavy = None, None, False
        self.notice = self.notice_served_on = self.statement_until = self.hearing_until = None
        self.hearing = self.hearing_requested_on = self.hearing_ended_on = None
        self.hearing_outcome = None
        self.reviewed_by = self.reviewed_on = self.review = None

    def facts(self) -> dict[str, Any]:
        """What every public event about the penalty tells; no personal data, no free text."""
        proposed = self.proposed
        assert proposed is not None
        return {
            "penalty_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "status": self.status,
            "authority": self.authority_name or authority_name(self.authority),
            "authority_district": self.authority,
            "authority_credit_code": self.authority_credit_code,
            "decision_number": self.decision_number,
            "sanctions": list(proposed.sanctions),
            "violations": list(proposed.violations),
            "basis": self.basis,
            "fine_fen": proposed.fine_fen,
            "confiscation_fen": proposed.confiscation_fen,
            "suspension_months": proposed.suspension_months,
            "decided_on": self.decided_on,
        }


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
