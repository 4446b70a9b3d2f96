"""Projections of other services' facts."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.tables import Base


class KnownOrganization(Base):
    """An organisation as the registry last told of it.

    Its row is also the lock of everything that decides about the organisation's lists: whoever
    changes a listing locks this row first, then the case, repair or proposal, then the listings.
    """

    __tablename__ = "known_organization"
    __table_args__ = (Index("ix_known_organization_name", "name", postgresql_using="hash"),)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str]
    name: Mapped[str]
    credit_code: Mapped[str | None] = mapped_column(index=True)
    filing_number: Mapped[str | None] = mapped_column(index=True)
    district: Mapped[str]
    learned_from: Mapped[str]
    """Id of the event that told it."""
    learned_at: Mapped[datetime]
    known_since: Mapped[date | None]
    """The day on which it was first told of; None: it was before that day was kept."""


class KnownGrade(Base):
    """A grade that evaluation confirmed; an organisation may have had several."""

    __tablename__ = "known_grade"

    grade_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    grade: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    in_force: Mapped[bool]
    """Neither cancelled nor expired."""
    learned_from: Mapped[str]
    learned_at: Mapped[datetime]
