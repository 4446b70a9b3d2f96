"""Projections: what other services told about organisations that are paid."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from funding.tables import Base


class Payee(Base):
    """An organisation as the receiver of money.

    Its row lock is the gate of everything that proposes, holds, releases or makes a payment to
    it, so that no payment slips in beside a hold. ``status`` is the registry's, None: not told.
    """

    __tablename__ = "payee"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str | None]
    learned_from: Mapped[str | None]
    learned_at: Mapped[datetime | None]


class CreditListing(Base):
    """A listing of credit-list; in force until ``delisted_on`` is set."""

    __tablename__ = "credit_listing"
    __table_args__ = (
        Index(
            "ix_credit_listing_holding",
            "organization_id",
            postgresql_where=text("holds_payments AND delisted_on IS NULL"),
        ),
    )

    listing_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey(Payee.organization_id))
    list: Mapped[str]
    holds_payments: Mapped[bool]
    listed_on: Mapped[date]
    delisted_on: Mapped[date | None]
    learned_from: Mapped[str | None]
    learned_at: Mapped[datetime]
