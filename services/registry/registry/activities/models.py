"""The table of reported activities."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from liandong.db.base import Aggregate
from registry.activities.domain import Kind, Status
from registry.tables import Base


class Activity(Aggregate, Base):
    """一次重大活动."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="in_order"),
        Index("ix_activity_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_activity_organization_id", "organization_id"),
    )

    organization_id: Mapped[UUID]
    district: Mapped[str]
    """Of the organisation when it reported."""
    status: Mapped[Status]
    kind: Mapped[Kind]
    title: Mapped[str]
    place: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    participants: Mapped[int]
    """Expected."""
    budget_fen: Mapped[int]
    reported_on: Mapped[date]
    """Of the report as it stands now."""
    report_due_on: Mapped[date]
    is_late: Mapped[bool]
    needs_permit: Mapped[bool]
    answer: Mapped[str]
    answered_by: Mapped[str | None]
    cancel_reason: Mapped[str]
    result_due_on: Mapped[date]
    result_overdue: Mapped[bool]
    result_on: Mapped[date | None]
    actual_participants: Mapped[int | None]
    spent_fen: Mapped[int | None]
    incident: Mapped[bool | None]
    """Something happened that had to be dealt with."""
    result: Mapped[str]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "activity_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "status": self.status,
            "kind": self.kind,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "participants": self.participants,
            "is_late": self.is_late,
            "needs_permit": self.needs_permit,
        }
