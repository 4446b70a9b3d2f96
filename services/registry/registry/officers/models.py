"""The tables of officers and of their interests."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.tables import Base


class Officer(Aggregate, Base):
    """行政执法人员. The person is the subject of the token; no name is kept."""

    __tablename__ = "officer"
    __table_args__ = (
        Index("ix_officer_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
    )

    subject: Mapped[str] = mapped_column(unique=True)
    district: Mapped[str]
    """Acts in the subtree of it."""
    certificate_number: Mapped[str] = mapped_column(unique=True)
    certificate_until: Mapped[date]
    """Last day of the 行政执法证."""
    is_active: Mapped[bool]


class OfficerInterest(Base):
    """An interest of an officer in a body: the officer keeps away from it (行政处罚法 art. 43)."""

    __tablename__ = "officer_interest"

    officer_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    reason: Mapped[str]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
