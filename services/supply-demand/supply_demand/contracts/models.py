"""The table of contracts."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from supply_demand.tables import Base


class Contract(Aggregate, Base):
    """成交合同. One for a tender and one for a bid, whatever happens at the same time."""

    __tablename__ = "contract"
    __table_args__ = (
        Index("ix_contract_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), unique=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), unique=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    district: Mapped[str]
    amount_fen: Mapped[int]
    term_months: Mapped[int]
    awarded_on: Mapped[date]
    awarded_by: Mapped[str]
    reason: Mapped[str]
    eligibility: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Every rule and fact on which the award rested."""
    ranking: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The evaluation list that lay before who awarded; None: awarded before it was kept."""
    priority: Mapped[list[str]] = mapped_column(JSONB)
    """What 守信激励 meant for the winner's place."""
    rule_set: Mapped[str]
