"""The table of listings and of their grounds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.listings.domain import DelistReason, ListName, Status
from credit_list.tables import Base
from credit_list.texts import Codes
from liandong.db.base import Aggregate


class Listing(Aggregate, Base):
    """An organisation on a list, with the reasons of the latest decision."""

    __tablename__ = "listing"
    __table_args__ = (
        Index(
            "uq_listing_current",
            "organization_id",
            "list",
            unique=True,
            postgresql_where=text("status = 'listed'"),
        ),
        Index("ix_listing_organization_id", "organization_id"),
        Index("ix_listing_board", "list", "id", postgresql_where=text("status = 'listed'")),
        Index("ix_listing_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index(
            "ix_listing_stands_for",
            "stands_for",
            postgresql_where=text("stands_for IS NOT NULL"),
        ),
        CheckConstraint(
            "(status = 'listed') = (delisted_on IS NULL)", name="delisted_with_its_day"
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    """Of the authority that listed; a current listing follows the organisation to the registrar
    that takes over its file, who is then the one to repair (谁认定、谁修复)."""
    list: Mapped[ListName]
    status: Mapped[Status]
    trigger: Mapped[str]
    trigger_text: Mapped[str]
    legal_basis: Mapped[str]
    rule_set: Mapped[str]
    measures: Mapped[Codes]
    measure_texts: Mapped[Codes]
    listed_on: Mapped[date]
    listed_by: Mapped[str]
    """Who took the latest decision; another person removes or corrects."""
    term_started_on: Mapped[date]
    """Day of the latest decision: a relapse restarts the term."""
    exit_not_before: Mapped[date | None]
    publication_ends_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    """Last day of a red listing."""
    delisted_on: Mapped[date | None]
    delisted_by: Mapped[str | None]
    delist_reason: Mapped[DelistReason | None]
    delist_note: Mapped[str | None]
    superseded_by: Mapped[UUID | None]
    """The listing that took this one's place."""
    superseded_ground: Mapped[int | None]
    """The ground of that listing which ended this one."""
    stands_for: Mapped[UUID | None]
    """The superseded listing in whose place this one stands again, since what had superseded it
    rested on wrong data. A listing that has ended never begins again: readers count on that."""

    def is_over(self, today: date) -> bool:
        """The last day of a red listing has passed, whether or not the worker came to it yet."""
        return self.valid_until is not None and self.valid_until < today


class ListingGround(Base):
    """One decision that put the organisation on the list; a relapse adds another."""

    __tablename__ = "listing_ground"

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(unique=True)
    trigger: Mapped[str]
    trigger_text: Mapped[str]
    legal_basis: Mapped[str]
    rule_set: Mapped[str]
    decided_by: Mapped[str]
    decided_on: Mapped[date]
    exit_not_before: Mapped[date | None]
    """The earliest exit that this ground by itself asks for."""
    measures: Mapped[list[Any] | None] = mapped_column(JSONB)
    """The measures that the decision brought, word for word (``ChosenMeasure``). None: it was
    decided before they were kept."""
    publication_ends_on: Mapped[date | None]
    validity_months: Mapped[int | None]
    """Of a decision for the red list."""
    recorded_at: Mapped[datetime]
    corrected_on: Mapped[date | None]
    """It rested on wrong data and counts no longer."""
    corrected_by: Mapped[str | None]
    correction_note: Mapped[str | None]
