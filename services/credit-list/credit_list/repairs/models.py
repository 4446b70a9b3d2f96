"""The table of repair applications."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.repairs.domain import Status
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
            postgresql_where=text("status = 'applied'"),
        ),
        Index("uq_repair_granted", "listing_id", unique=True,
              postgresql_where=text("status = 'granted'")),
        Index("ix_repair_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_repair_organization_id", "organization_id"),
        CheckConstraint("decided_by IS DISTINCT FROM applied_by", name="decided_by_another"),
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
    obligations_met: Mapped[bool | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reasons: Mapped[str | None]
    decision_document: Mapped[str | None]
    rule_set: Mapped[str | None]
    withdraw_reason: Mapped[str | None]
