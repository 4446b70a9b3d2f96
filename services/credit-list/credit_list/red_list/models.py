"""The tables of red-list proposals and objections."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.red_list.domain import ObjectionOutcome, Status
from credit_list.tables import Base
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class Proposal(Aggregate, Base):
    """推荐列入守信红名单: one open proposal for an organisation."""

    __tablename__ = "red_proposal"
    __table_args__ = (
        Index(
            "uq_red_proposal_open",
            "organization_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'in_publicity')"),
        ),
        Index(
            "ix_red_proposal_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_red_proposal_organization_id", "organization_id"),
        CheckConstraint("decided_by IS DISTINCT FROM proposed_by", name="decided_by_another"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    status: Mapped[Status]
    reasons: Mapped[str]
    rule_set: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    publicity_from: Mapped[date | None]
    publicity_ends_on: Mapped[date | None]
    """Last day of the publicity."""
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reasons: Mapped[str | None]
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    withdraw_reason: Mapped[str | None]


class Objection(Base):
    """异议 raised during the publicity, and what became of it."""

    __tablename__ = "red_objection"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("red_proposal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(EncryptedText("red_objection.content"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    outcome: Mapped[ObjectionOutcome | None]
    findings: Mapped[str | None] = mapped_column(EncryptedText("red_objection.findings"))
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
