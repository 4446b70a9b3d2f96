"""The tables of cases, their statements and their steps."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.cases.domain import (
    Action,
    DocumentKind,
    HearingStatus,
    NoticeMethod,
    Outcome,
    ServiceOutcome,
    Status,
)
from credit_list.cases.timing import Due
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
        Index("ix_credit_case_due", "due_on", postgresql_where=text("due_on IS NOT NULL")),
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

    discretion: Mapped[str | None]
    """裁量: code of the level."""
    discretion_text: Mapped[str | None]
    discretion_basis: Mapped[str | None]

    due_step: Mapped[Due | None]
    due_on: Mapped[date | None]
    """Last day for the step that the officers have to take next."""

    notice_method: Mapped[NoticeMethod | None]
    notice_told_on: Mapped[date | None]
    """Day of the first notice's service or publication: the defence may come from then on."""
    notice_served_on: Mapped[date | None]
    """Of the latest notice; of a public notice the day on which it counts as served."""
    notice_proof: Mapped[str | None]
    notice_by: Mapped[str | None]
    window_ends_on: Mapped[date | None]
    """Last day on which the organisation may state and defend."""
    verify_by: Mapped[date | None]
    verified_by: Mapped[str | None]
    """Who verified the latest statement; None: it has not been verified."""
    hearing: Mapped[HearingStatus | None]
    """Of the hearing that was asked for last, about what the latest notice tells."""

    outcome: Mapped[Outcome | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reasons: Mapped[str | None]
    decision_document: Mapped[str | None]
    discussion_record: Mapped[str | None]
    """集体讨论笔录."""
    is_published: Mapped[bool | None]
    publication_ends_on: Mapped[date | None]
    remedy: Mapped[str | None]
    decision_method: Mapped[NoticeMethod | None]
    decision_served_on: Mapped[date | None]
    decision_proof: Mapped[str | None]
    decision_served_by: Mapped[str | None]
    review_until: Mapped[date | None]
    """Last day of 行政复议."""
    suit_until: Mapped[date | None]
    """Last day of 行政诉讼."""
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    withdrawn_by: Mapped[str | None]
    withdraw_reason: Mapped[str | None]

    def is_unverified(self) -> bool:
        """A statement waits for its verification."""
        if self.status is Status.STATEMENT_RECEIVED:
            return True
        return self.verify_by is not None and self.verified_by is None


class JoinedTrigger(Base):
    """并案: a further trigger that was joined to an open case."""

    __tablename__ = "case_joined_trigger"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    trigger: Mapped[str]
    trigger_text: Mapped[str]
    legal_basis: Mapped[str]
    facts: Mapped[str]
    evidence: Mapped[Codes]
    rule_set: Mapped[str]
    joined_by: Mapped[str]
    joined_on: Mapped[date]
    told: Mapped[bool]
    """A notice that was served tells of it."""


class Document(Base):
    """A paper of the case with its text as it was made; a later draft leaves it standing."""

    __tablename__ = "case_document"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind]
    document_number: Mapped[str]
    """文号"""
    content: Mapped[str] = mapped_column(EncryptedText("case_document.content"))
    made_by: Mapped[str]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    rule_set: Mapped[str]
    is_replaced: Mapped[bool]
    """A later draft took its place before it was served."""


class DocumentService(Base):
    """送达: an attempt to serve a paper, or the correction of one that was entered wrongly."""

    __tablename__ = "case_document_service"
    __table_args__ = (
        CheckConstraint("corrected_by <> entered_by", name="corrected_by_another"),
        CheckConstraint("(outcome = 'failed') = (served_on IS NULL)", name="served_on_its_day"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[int]
    """The number of the paper in the case; 0: of a notice that was not kept as a text."""
    method: Mapped[NoticeMethod]
    outcome: Mapped[ServiceOutcome]
    told_on: Mapped[date]
    """Day of delivery, of publication, or of the attempt."""
    served_on: Mapped[date | None]
    proof: Mapped[str]
    reason: Mapped[str | None]
    """Why it failed, or why it was entered anew."""
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    corrected_by: Mapped[str | None]
    """Who entered it anew; this entry holds no longer."""


class Hearing(Base):
    """听证: asked for by the organisation, then held or given up."""

    __tablename__ = "case_hearing"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("credit_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[HearingStatus]
    requested_on: Mapped[date]
    reasons: Mapped[str] = mapped_column(EncryptedText("case_hearing.reasons"))
    by_organization: Mapped[bool]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    held_on: Mapped[date | None]
    chair: Mapped[str | None]
    """Who held it: nobody who has handled the case, and nobody who will decide it."""
    record: Mapped[str | None]
    """听证笔录编号"""
    opinion: Mapped[str | None] = mapped_column(EncryptedText("case_hearing.opinion"))
    given_up_reason: Mapped[str | None] = mapped_column(
        EncryptedText("case_hearing.given_up_reason")
    )
    closed_at: Mapped[datetime | None]


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
