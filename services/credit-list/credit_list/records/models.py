"""The tables of credit records, their versions and the objections to them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.records.domain import Action, Category, Ground, Kind, Outcome, Status
from credit_list.tables import Base
from credit_list.texts import Codes
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class CreditRecord(Aggregate, Base):
    """One fact about an organisation as it stands now. It may be told of before the organisation
    itself has been learnt."""

    __tablename__ = "credit_record"
    __table_args__ = (
        UniqueConstraint("organization_id", "source", "source_key"),
        Index(
            "ix_credit_record_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
        Index("ix_credit_record_late", "id", postgresql_where=text("is_late")),
        CheckConstraint("fine_fen >= 0", name="fine_not_negative"),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_on IS NOT NULL)", name="withdrawn_with_its_day"
        ),
    )

    organization_id: Mapped[UUID]
    district: Mapped[str]
    category: Mapped[Category]
    kind: Mapped[Kind]
    status: Mapped[Status]
    source: Mapped[str]
    """``department``, or what of the registry: ``registry.penalty``."""
    source_key: Mapped[str]
    """The id of the fact at its source; authority and number of a department's document."""
    authority: Mapped[str | None]
    authority_code: Mapped[str | None]
    """统一社会信用代码 of the authority, where its source tells it."""
    document_number: Mapped[str | None]
    evidence: Mapped[Codes]
    arose_on: Mapped[date]
    obtained_on: Mapped[date]
    year: Mapped[int | None]
    """Of an annual inspection or report."""
    result: Mapped[str | None]
    """Code of a conclusion."""
    codes: Mapped[Codes]
    sanctions: Mapped[Codes]
    fine_fen: Mapped[int]
    remedied_on: Mapped[date | None]
    """What was overdue has been done since."""
    recorded_on: Mapped[date]
    recorded_by: Mapped[str]
    record_by: Mapped[date | None]
    """Last day for recording; None: the working days of that year are not known."""
    is_late: Mapped[bool]
    rule_set: Mapped[str]
    publication_class: Mapped[str | None]
    """Of a penalty that the registry publishes, by NDRC Order 36."""
    published_until: Mapped[date | None]
    """The last day on which the registry publishes it; None: it does not."""
    unpublished_on: Mapped[date | None]
    """The registry has stopped publishing it: it is shared no more."""
    withdrawn_on: Mapped[date | None]
    withdrawn_ground: Mapped[Ground | None]


class RecordVersion(Base):
    """The record after each change; nothing is ever overwritten here."""

    __tablename__ = "credit_record_version"

    record_id: Mapped[UUID] = mapped_column(ForeignKey("credit_record.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The version of the record after the change."""
    action: Mapped[Action]
    status: Mapped[Status]
    content: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]
    rule_set: Mapped[str]
    caused_by: Mapped[str | None]
    """Id of the event that told it."""


class RecordObjection(Base):
    """异议: what the organisation objects to, what the check found, what was decided."""

    __tablename__ = "credit_record_objection"
    __table_args__ = (
        CheckConstraint(
            "decided_by IS NULL OR decided_by <> checked_by", name="decided_by_another"
        ),
    )

    record_id: Mapped[UUID] = mapped_column(ForeignKey("credit_record.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(EncryptedText("credit_record_objection.content"))
    evidence: Mapped[Codes]
    received_on: Mapped[date]
    check_by: Mapped[date]
    entered_by: Mapped[str]
    by_organization: Mapped[bool]
    findings: Mapped[str | None] = mapped_column(EncryptedText("credit_record_objection.findings"))
    checked_by: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    reasons: Mapped[str | None] = mapped_column(EncryptedText("credit_record_objection.reasons"))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
