"""The table of the ledger. A trigger of the database refuses changes (migration 0002)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from funding.payments.models import Payment
from funding.programmes.domain import FundingSource, Programme
from funding.tables import Base


class LedgerEntry(Base):
    """One payment made; unique per payment, so nothing is paid twice."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_ledger_entry_year", "year", "funding_source", "programme"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey(Payment.id), unique=True)
    organization_id: Mapped[UUID]
    district: Mapped[str]
    payer_district: Mapped[str]
    programme: Mapped[Programme]
    funding_source: Mapped[FundingSource]
    payer_account: Mapped[str]
    amount_fen: Mapped[int]
    paid_on: Mapped[date]
    year: Mapped[int]
    bank_reference: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
