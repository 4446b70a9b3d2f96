"""The tables of cases, their statements and their steps."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.cases.domain import Action, NoticeMethod, Outcome, Status
from credit_list.listings.domain import ListName
from credit_list.tables import Base
from credit_list.texts import Codes
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class Case(Aggregate, Base):
    """A proposal to list an organisation, with all that an adverse decision must rest on."""

    __tablename__ = "credit_case"
    __table_args__ = (
        Index(
            "uq_credit_case_open",
            "organization_id",
            "list",
            unique=True,
            postgresql_where=text("status NOT IN ('decided', 'withdrawn')"),
        ),
        Index(
            "ix_credit_case_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_credit_case_organization_id", "organization_id"),
        CheckConstraint(
            "outcome IS NULL OR notice_served_on IS NOT NULL", name="decided_after_notice"
        ),
        CheckConstraint("decided_by IS DISTINCT FROM proposed_by", name="decided_by_another"),
        CheckConstraint("(outcome IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    list: Mapped[ListName]
    status: Mapped[Status]
    trigger: Mapped[str]
    trigger_text: Mapped[str]
    legal_basis: Mapped[str]
    facts: Mapped[str]
    evidence: Mapped[Codes]
    """References of the pieces of evidence."""
    rule_set: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]

    notice_method: Mapped[NoticeMethod | None]
    notice_served_on: Mapped[date | None]
    notice_proof: Mapped[str | None]
    notice_by: Mapped[str | None]
    window_ends_on: Mapped[date | None]
    """Last day on which the organisation may state and defend."""
    verify_by: Mapped[date | None]
    verified_by: Mapped[str | None]
    """Who verified the latest statement."""

    outcome: Mapped[Outcome | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reasons: Mapped[str | None]
    decision_document: Mapped[str | None]
    remedy: Mapped[str | None]
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    withdrawn_by: Mapped[str | None]
    withdraw_reason: Mapped[str | None]


class Statement(Base):
    """陈述申辩: what the organisation said in its defence, and what the check of it found."""

    __tablename__ = "case_statement"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(EncryptedText("case_statement.content"))
    evidence: Mapped[Codes]
    received_on: Mapped[date]
    entered_by: Mapped[str]
    by_organization: Mapped[bool]
    """Sent by the organisation itself; otherwise entered by a clerk."""
    entered_at: Mapped[datetime]
    findings: Mapped[str | None] = mapped_column(EncryptedText("case_statement.findings"))
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]


class Step(Base):
    """Who did what to the case, when, under which rule set."""

    __tablename__ = "case_step"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The version of the case after the step."""
    action: Mapped[Action | None]
    """None: the proposal itself."""
    status: Mapped[Status]
    """After the step."""
    by: Mapped[str]
    at: Mapped[datetime]
    rule_set: Mapped[str]
