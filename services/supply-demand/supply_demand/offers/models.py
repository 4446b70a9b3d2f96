"""The table of offers."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from supply_demand.offers.domain import Status
from supply_demand.tables import Base


class Offer(Aggregate, Base):
    """供给."""

    __tablename__ = "offer"
    __table_args__ = (Index("ix_offer_class", "service_class", "status", "id"),)

    organization_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str]
    service_class: Mapped[str]
    districts: Mapped[list[str]]
    """Districts served, each with its subtree."""
    capacity: Mapped[int]
    """People that can be served at a time."""
    description: Mapped[str]
    status: Mapped[Status]
    ended_reason: Mapped[str | None]
    rule_set: Mapped[str]
    """Rules of eligibility by which the offer was accepted last."""
