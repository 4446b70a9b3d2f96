"""The table of sites."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from supply_demand.sites.domain import Kind, Status
from supply_demand.tables import Base


class Site(Aggregate, Base):
    """服务站点. Its number is never used again, so that no site is rewarded twice."""

    __tablename__ = "site"
    __table_args__ = (
        Index("ix_site_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
    )

    code: Mapped[str] = mapped_column(unique=True)
    """站点编号"""
    kind: Mapped[Kind]
    organization_id: Mapped[UUID] = mapped_column(index=True)
    """运营单位"""
    name: Mapped[str]
    district: Mapped[str]
    address: Mapped[str]
    recognized_on: Mapped[date]
    recognized_by: Mapped[str]
    status: Mapped[Status]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]
    rule_set: Mapped[str]
