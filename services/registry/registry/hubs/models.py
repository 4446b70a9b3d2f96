"""Tables of hubs and their members."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.hubs.domain import Counts, Span
from registry.tables import Base


class HubRoll(Aggregate, Base):
    """成员名册: one for each hub, under the hub's own id. Whoever changes members or coverage
    of a hub holds this row; its version counts the changes."""

    __tablename__ = "hub_roll"

    members: Mapped[int]
    public_benefit: Mapped[int]
    """Members and public-benefit members as last told."""

    def counts(self) -> Counts:
        return Counts(self.members, self.public_benefit)


class HubMembership(Base):
    """One body belongs to a hub for a time."""

    __tablename__ = "hub_membership"
    __table_args__ = (
        CheckConstraint("hub_id <> member_id", name="not_its_own_member"),
        CheckConstraint("left_on >= joined_on", name="in_order"),
        Index(
            "uq_hub_membership_open",
            "hub_id",
            "member_id",
            unique=True,
            postgresql_where=text("left_on IS NULL AND annulled_on IS NULL"),
        ),
        Index("ix_hub_membership_hub_id", "hub_id", "id"),
        Index("ix_hub_membership_member_id", "member_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hub_id: Mapped[UUID]
    member_id: Mapped[UUID]
    member_name: Mapped[str]
    """As it was on joining."""
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    """First day on which it is no member any more."""
    is_public_benefit: Mapped[bool]
    left_because: Mapped[str | None]
    """left, ended, hub-ended, corrected"""
    annulled_on: Mapped[date | None]
    """Entered by mistake: it never was."""

    def span(self) -> Span:
        return Span(self.member_id, self.joined_on, self.left_on, self.is_public_benefit)

    def facts(self) -> dict[str, Any]:
        return {
            "organization_id": self.hub_id,
            "membership_id": self.id,
            "joined_organization_id": self.member_id,
            "joined_on": self.joined_on,
            "left_on": self.left_on,
            "is_public_benefit": self.is_public_benefit,
        }
