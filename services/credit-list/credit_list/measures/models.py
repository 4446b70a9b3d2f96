"""The table of measures that listings switched on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.listings.models import Listing
from credit_list.measures.catalogue import Executor, MeasureKind
from credit_list.measures.domain import EndReason, Run
from credit_list.tables import Base
from liandong.rules.rule_set import Certainty

UNACKNOWLEDGED = (
    "acknowledge AND lifted_at IS NULL AND end_reason IS DISTINCT FROM 'renewed'"
    " AND (ended_on IS NOT NULL OR applied_at IS NULL)"
)
"""SQL for: the executing service has not told that it obeyed the last thing it was told."""


class ListingMeasure(Base):
    """A measure in force, or one that was: one row for each decision that switched it on.

    ``started_version`` and ``ended_version`` are the versions of the listing with which the
    executing service acknowledges: an answer to an older decision never counts for a newer one.
    """

    __tablename__ = "listing_measure"
    __table_args__ = (
        Index("uq_listing_measure_started", "listing_id", "code", "started_version", unique=True),
        Index(
            "uq_listing_measure_in_force",
            "listing_id",
            "code",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "ix_listing_measure_in_force_organization",
            "organization_id",
            "id",
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "ix_listing_measure_unacknowledged",
            "service",
            "id",
            postgresql_where=text(UNACKNOWLEDGED),
        ),
        CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL)"
            " AND (ended_on IS NULL) = (ended_version IS NULL)",
            name="ended_with_its_reason",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey(Listing.id))
    organization_id: Mapped[UUID]
    district: Mapped[str]
    code: Mapped[str]
    kind: Mapped[MeasureKind]
    text: Mapped[str]
    legal_basis: Mapped[str]
    certainty: Mapped[Certainty]
    service: Mapped[Executor]
    effect: Mapped[str]
    acknowledge: Mapped[bool]
    acknowledge_within_seconds: Mapped[int]
    catalogue: Mapped[str]
    """The rule set of the catalogue by which the decision switched it on."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day of the measure's own term; None: it ends with the listing."""
    started_version: Mapped[int]
    started_at: Mapped[datetime]
    apply_by: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    ended_version: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None]
    lift_by: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    """When the acknowledgement was handled here; ``applied_on`` is the service's own day."""
    applied_on: Mapped[date | None]
    applied_count: Mapped[int | None]
    affected_kind: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lifted_on: Mapped[date | None]
    lifted_count: Mapped[int | None]

    def run(self) -> Run:
        return Run(
            code=self.code,
            acknowledge=self.acknowledge,
            apply_by=self.apply_by,
            ended=self.end_reason,
            lift_by=self.lift_by,
            applied=self.applied_at is not None,
            lifted=self.lifted_at is not None,
        )
