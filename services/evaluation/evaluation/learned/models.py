"""Projections: facts of other services as far as this service has learnt them."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.tables import Base

ACTIVE: Final = "active"
FILED: Final = "community_group"
"""Kind of the filed bodies, which have no legal personality."""
SERIOUS: Final = "serious"


class KnownOrganization(Base):
    """An organisation of the registry. Its row is the lock of everything about its grades."""

    __tablename__ = "known_organization"
    __table_args__ = (Index("ix_known_organization_credit_code", "credit_code"),)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str]
    name: Mapped[str]
    credit_code: Mapped[str | None]
    district: Mapped[str]
    registered_on: Mapped[date]
    learned_from: Mapped[UUID | None]
    """Id of the event that told it."""
    learned_at: Mapped[datetime]


class KnownListing(Base):
    """An entry of a credit list. May be learnt before the organisation itself."""

    __tablename__ = "known_listing"
    __table_args__ = (
        Index(
            "ix_known_listing_standing",
            "organization_id",
            postgresql_where=text("delisted_on IS NULL"),
        ),
    )

    listing_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    list_name: Mapped[str]
    trigger: Mapped[str]
    listed_on: Mapped[date]
    measures: Mapped[list[str]]
    """Effects in force, of those that this service executes."""
    delisted_on: Mapped[date | None]
    delisting_reason: Mapped[str | None]
    learned_from: Mapped[UUID | None]
    learned_at: Mapped[datetime]
