"""The table of repair applications."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.repairs.domain import Due, Status
from credit_list.tables import Base
from credit_list.texts import Codes
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class Repair(Aggregate, Base):
    """信用修复申请: one open application for a listing."""

    __tablename__ = "repair"
    __table_args__ = (
        Index(
            "uq_repair_open",
            "listing_id",
            unique=True,
            postgresql_where=text("status IN ('applied', 'returned', 'accepted', 'checked')"),
        ),
        Index("uq_repair_granted", "listing_id", unique=True,
              postgresql_where=text("status = 'granted'")),
        Index("ix_repair_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_repair_organization_id", "organization_id"),
        Index("ix_repair_due", "due_on", postgresql_where=text("due_on IS NOT NULL")),
        CheckConstraint("decided_by IS DISTINCT FROM applied_by", name="decided_by_another"),
        CheckConstraint("decided_by <> checked_by", name="decided_by_no_checker"),
    )  # fmt: skip

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    status: Mapped[Status]
    content: Mapped[str] = mapped_column(EncryptedText("repair.content"))
    evidence: Mapped[Codes]
    applied_by: Mapped[str]
    by_organization: Mapped[bool]
    """Sent by the organisation itself; otherwise entered by a clerk on its behalf."""
    applied_on: Mapped[date]
    due_step: Mapped[Due | None]
    due_on: Mapped[date | None]
    """Last day for the step that is to be taken next."""
    accepted_by: Mapped[str | None]
    accepted_on: Mapped[date | None]
    return_reason: Mapped[str | None]
    """补正: what is missing."""
    findings: Mapped[str | None] = mapped_column(EncryptedText("repair.findings"))
    checked_by: Mapped[str | None]
    checked_on: Mapped[date | None]
    checked_grounds: Mapped[Codes | None]
    """The grounds of the listing that the check has seen: one that came or went since asks for
    another check."""
    obligations_met: Mapped[bool | None]
    """What the check found."""
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reasons: Mapped[str | None]
    decision_document: Mapped[str | None]
    reapply_from: Mapped[date | None]
    """After a refusal: the first day for another application."""
    rule_set: Mapped[str | None]
    withdraw_reason: Mapped[str | None]
