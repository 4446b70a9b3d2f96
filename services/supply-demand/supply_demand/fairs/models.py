"""The tables of fairs and matches."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from supply_demand.fairs.domain import FairStatus, MatchStatus
from supply_demand.tables import Base


class Fair(Aggregate, Base):
    """对接会."""

    __tablename__ = "fair"

    title: Mapped[str]
    district: Mapped[str]
    held_on: Mapped[date]
    venue: Mapped[str]
    description: Mapped[str]
    status: Mapped[FairStatus]
    ended_reason: Mapped[str | None]


class Match(Aggregate, Base):
    """对接意向. Many organisations may want a demand; one is confirmed for it."""

    __tablename__ = "match"
    __table_args__ = (
        Index(
            "uq_match_intended_once",
            "demand_id",
            "offer_id",
            unique=True,
            postgresql_where="status <> 'released'",
        ),
        Index(
            "uq_match_confirmed_once",
            "demand_id",
            unique=True,
            postgresql_where="status = 'confirmed'",
        ),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fair.id"), index=True)
    demand_id: Mapped[UUID] = mapped_column(ForeignKey("demand.id"), index=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    organization_id: Mapped[UUID]
    district: Mapped[str]
    """District of the demand."""
    score: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rule_set: Mapped[str]
    status: Mapped[MatchStatus]
    released_reason: Mapped[str | None]
