"""The table of orders to rectify."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.rectifications.domain import Source, Status
from registry.supervision.clocks import Notice
from registry.tables import Base


class Rectification(Aggregate, Base):
    """责令整改通知."""

    __tablename__ = "rectification"
    __table_args__ = (
        CheckConstraint(
            "due_on IS NULL OR (served_on IS NOT NULL AND issued_by IS NOT NULL)",
            name="due_only_when_served",
        ),
        Index(
            "ix_rectification_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
        Index("ix_rectification_organization_id", "organization_id"),
        Index(
            "uq_rectification_source",
            "source_id",
            unique=True,
            postgresql_where=text("source_id IS NOT NULL AND status <> 'withdrawn'"),
        ),
    )

    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    district: Mapped[str]
    authority: Mapped[str]
    status: Mapped[Status]
    source: Mapped[Source]
    source_id: Mapped[UUID | None]
    facts: Mapped[str]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What is to be put right, each with the article it is against."""
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    days: Mapped[int]
    """Of the service to the deadline."""
    drafters: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who wrote the order: none of them issues it."""
    issued_by: Mapped[str | None]
    issued_on: Mapped[date | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    basis: Mapped[str]
    remedy: Mapped[str]
    service: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    served_on: Mapped[date | None]
    due_on: Mapped[date | None]
    """Last day to put it right."""
    act_until: Mapped[date | None]
    """Last day on which the authority serves it, or checks it again."""
    extensions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reports: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What the body said and proved of its work, and what each re-check found."""
    submitted_on: Mapped[date | None]
    submitted_by: Mapped[str | None]
    overdue_on: Mapped[date | None]
    """The day since which it is, or was, late; stays when it is completed later."""
    completed_on: Mapped[date | None]
    completed_by: Mapped[str | None]
    reason: Mapped[str]
    told: Mapped[Notice | None]
    rule_set: Mapped[str]

    def facts_told(self) -> dict[str, Any]:
        """What every event about the order tells; no personal data, no free text."""
        return {
            "rectification_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "status": self.status,
            "source": self.source,
            "source_id": self.source_id,
            "codes": [one["code"] for one in self.items],
            "due_on": self.due_on,
        }
