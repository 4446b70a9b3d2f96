"""The table of bids."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from supply_demand.bids.domain import Status
from supply_demand.tables import Base


class Bid(Aggregate, Base):
    """投标. One live bid of an organisation for a tender, one winner of a tender."""

    __tablename__ = "bid"
    __table_args__ = (
        Index(
            "uq_bid_live_once",
            "tender_id",
            "organization_id",
            unique=True,
            postgresql_where="status IN ('submitted', 'won')",
        ),
        Index("uq_bid_won_once", "tender_id", unique=True, postgresql_where="status = 'won'"),
        Index(
            "ix_bid_live_of_organization",
            "organization_id",
            "id",
            postgresql_where="status = 'submitted'",
        ),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[str]
    """District of the tender."""
    amount_fen: Mapped[int]
    plan: Mapped[str]
    status: Mapped[Status]
    ended_reason: Mapped[str | None]
    """Code of the reason: ``listed``, a status, ``tender-cancelled``, ``other-bid-won``."""
    listing_id: Mapped[UUID | None]
    rule_set: Mapped[str]
    """Rules of eligibility by which the bid was accepted."""
