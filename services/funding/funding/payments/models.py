"""The tables of payments and of the reasons for which they are held."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from funding.payments.domain import HoldKind, Status
from funding.programmes.domain import FundingSource, Programme
from funding.tables import Base
from liandong.db.base import Aggregate


class Payment(Aggregate, Base):
    """拨付. An entitlement has at most one that is not cancelled."""

    __tablename__ = "payment"
    __table_args__ = (
        Index(
            "uq_payment_live_entitlement_id",
            "entitlement_id",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint(
            "(status = 'held') = (status_before_hold IS NOT NULL)", name="held_from_somewhere"
        ),
        Index(
            "ix_payment_unpaid_organization_id",
            "organization_id",
            postgresql_where=text("status IN ('proposed', 'approved', 'held')"),
        ),
    )

    entitlement_id: Mapped[UUID] = mapped_column(ForeignKey("entitlement.id"), index=True)
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_line.id"))
    organization_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[str]
    payer_district: Mapped[str]
    payer_account: Mapped[str]
    programme: Mapped[Programme]
    funding_source: Mapped[FundingSource]
    amount_fen: Mapped[int]
    status: Mapped[Status]
    status_before_hold: Mapped[Status | None]
    proposed_by: Mapped[str]
    approved_by: Mapped[str | None]
    made_by: Mapped[str | None]
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str | None]
    cancel_reason: Mapped[str | None]


class PaymentHold(Base):
    """One reason to hold one payment; several may overlap. Lifted ones are kept."""

    __tablename__ = "payment_hold"
    __table_args__ = (
        Index(
            "uq_payment_hold_open_listing",
            "payment_id",
            "listing_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL AND listing_id IS NOT NULL"),
        ),
        Index(
            "uq_payment_hold_open_kind",
            "payment_id",
            "kind",
            unique=True,
            postgresql_where=text("lifted_at IS NULL AND listing_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey(Payment.id), index=True)
    kind: Mapped[HoldKind]
    listing_id: Mapped[UUID | None]
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
