"""Projections: what is known of organisations from other services' events.

Plain tables, one for each kind of fact, so that a grade or a listing may arrive before the
organisation. Every fact keeps the event it was learned from and when that was handled.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from supply_demand.fields import Grade, OrganizationKind
from supply_demand.learned.domain import GradeStatus, OrganizationStatus
from supply_demand.tables import Base


class LearnedOrganization(Base):
    """社会组织: who it is and its status, the latter with the event that changed it last."""

    __tablename__ = "learned_organization"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[OrganizationKind]
    status: Mapped[OrganizationStatus]
    name: Mapped[str]
    credit_code: Mapped[str | None] = mapped_column(index=True)
    district: Mapped[str]
    learned_from: Mapped[UUID]
    learned_at: Mapped[datetime]
    status_learned_from: Mapped[UUID]
    status_learned_at: Mapped[datetime]


class LearnedGrade(Base):
    """评估等级. Without its confirmation the period is unknown: both days are then empty."""

    __tablename__ = "learned_grade"

    grade_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    grade: Mapped[Grade]
    status: Mapped[GradeStatus]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    learned_from: Mapped[UUID]
    learned_at: Mapped[datetime]


class LearnedListing(Base):
    """列入名单. ``delisted_on`` is set when it ended, even if the beginning never arrived."""

    __tablename__ = "learned_listing"
    __table_args__ = (
        Index(
            "ix_learned_listing_in_force",
            "organization_id",
            postgresql_where="delisted_on IS NULL",
        ),
    )

    listing_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    measures: Mapped[list[str]]
    """Effects in force, of those that this service executes."""
    list: Mapped[str]
    """serious, abnormal or red"""
    listed_on: Mapped[date | None]
    delisted_on: Mapped[date | None]
    delisted_reason: Mapped[str | None]
    learned_from: Mapped[UUID]
    learned_at: Mapped[datetime]
