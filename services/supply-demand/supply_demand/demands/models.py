"""The table of demands."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from liandong.db.base import Aggregate
from supply_demand.demands.domain import Status
from supply_demand.tables import Base


class Demand(Aggregate, Base):
    """需求."""

    __tablename__ = "demand"
    __table_args__ = (
        Index("ix_demand_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_demand_status", "status", "id"),
    )

    title: Mapped[str]
    service_class: Mapped[str]
    beneficiary_group: Mapped[str]
    headcount: Mapped[int]
    """人数 of the people served."""
    district: Mapped[str]
    budget_fen: Mapped[int]
    deadline: Mapped[date]
    """The last day on which the demand stands."""
    description: Mapped[str]
    status: Mapped[Status]
    proposed_by: Mapped[str]
    ended_reason: Mapped[str | None]
    rule_set: Mapped[str]
