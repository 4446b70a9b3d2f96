"""Tables of coverage."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.tables import Base


class CommunityCount(Aggregate, Base):
    """How many communities a district has in a year, as told by a source. Never changed: a
    correction is another entry, and the last one of a year holds."""

    __tablename__ = "community_count"
    __table_args__ = (Index("ix_community_count_district_year", "district", "year"),)

    district: Mapped[str]
    year: Mapped[int]
    urban: Mapped[int]
    rural: Mapped[int]
    source: Mapped[str]
    entered_by: Mapped[str]
    entered_on: Mapped[date]

    def facts(self) -> dict[str, Any]:
        return {
            "community_count_id": self.id,
            "district": self.district,
            "year": self.year,
            "urban": self.urban,
            "rural": self.rural,
        }


class HubCoverage(Base):
    """A hub serves a community for a time; ``covered_until`` is the first day without."""

    __tablename__ = "hub_coverage"
    __table_args__ = (
        CheckConstraint("covered_until >= covered_from", name="in_order"),
        Index(
            "uq_hub_coverage_open",
            "hub_id",
            "community",
            unique=True,
            postgresql_where=text("covered_until IS NULL"),
        ),
        Index("ix_hub_coverage_hub_id", "hub_id", "id"),
        Index(
            "ix_hub_coverage_community",
            "community",
            postgresql_ops={"community": "text_pattern_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hub_id: Mapped[UUID]
    community: Mapped[str]
    """12 digits"""
    is_urban: Mapped[bool]
    covered_from: Mapped[date]
    covered_until: Mapped[date | None]
