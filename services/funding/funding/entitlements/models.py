"""The tables of entitlements and of what may lead to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from funding.entitlements.domain import CauseKind, Outcome, Status
from funding.programmes.domain import FundingSource, Programme
from funding.tables import Base
from liandong.db.base import Aggregate


class Cause(Base):
    """A recognised site or a confirmed grade, and what it came to, an award or none."""

    __tablename__ = "cause"

    cause_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[CauseKind]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[str]
    category: Mapped[str]
    """Kind of the site, or grade."""
    round: Mapped[str | None]
    decided_on: Mapped[date]
    outcome: Mapped[Outcome]
    entitlement_id: Mapped[UUID | None]
    withdrawn_on: Mapped[date | None]
    learned_from: Mapped[str | None]
    learned_at: Mapped[datetime]


class Entitlement(Aggregate, Base):
    """应享. The amount is that of the rule set in force on ``decided_on``."""

    __tablename__ = "entitlement"
    __table_args__ = (
        UniqueConstraint("programme", "cause_id"),
        Index(
            "uq_entitlement_programme_once_key",
            "programme",
            "once_key",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(
            "ix_entitlement_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
    )

    programme: Mapped[Programme]
    status: Mapped[Status]
    cause_kind: Mapped[CauseKind]
    cause_id: Mapped[UUID]
    category: Mapped[str]
    once_key: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[str]
    payer_district: Mapped[str]
    """The jurisdiction whose rule set promises the award, and whose budget pays it."""
    payer_account: Mapped[str]
    funding_source: Mapped[FundingSource]
    amount_fen: Mapped[int]
    rule_set: Mapped[str]
    decided_on: Mapped[date]
    year: Mapped[int]
    needs_review: Mapped[bool]
    review_reason: Mapped[str | None]
    cancel_reason: Mapped[str | None]
