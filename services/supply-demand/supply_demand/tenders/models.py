"""The table of tenders."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from liandong.clock import china_date
from liandong.db.base import Aggregate
from supply_demand.eligibility.domain import Demanded
from supply_demand.fields import Grade, OrganizationKind
from supply_demand.tables import Base
from supply_demand.tenders.domain import Status, Terms


class Tender(Aggregate, Base):
    """招标（采购项目）."""

    __tablename__ = "tender"
    __table_args__ = (
        Index("ix_tender_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index(
            "uq_tender_demand_once",
            "demand_id",
            unique=True,
            postgresql_where="status <> 'cancelled'",
        ),
    )

    title: Mapped[str]
    demand_id: Mapped[UUID | None] = mapped_column(ForeignKey("demand.id"))
    district: Mapped[str]
    buyer_district: Mapped[str]
    method: Mapped[str]
    invited_organization_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    budget_fen: Mapped[int]
    minimum_grade: Mapped[Grade | None]
    allowed_kinds: Mapped[list[str]]
    """Kinds that may bid; empty: all."""
    closes_at: Mapped[datetime]
    term_months: Mapped[int]
    multi_year_basis: Mapped[str]
    description: Mapped[str]
    status: Mapped[Status]
    created_by: Mapped[str]
    changed_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who changed the draft: like who made it, none of them may award the contract."""
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    rule_set: Mapped[str]

    def demanded(self) -> Demanded:
        """What bidders must fulfil beyond the law."""
        kinds = tuple(OrganizationKind(kind) for kind in self.allowed_kinds)
        return Demanded(minimum_grade=self.minimum_grade, allowed_kinds=kinds)

    def terms(self) -> Terms:
        return Terms(
            method=self.method,
            invited=len(self.invited_organization_ids),
            term_months=self.term_months,
            multi_year_basis=self.multi_year_basis,
            closes_on=china_date(self.closes_at),
        )
