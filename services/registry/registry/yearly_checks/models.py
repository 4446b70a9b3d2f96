"""The table of checks that are due."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.organizations.models import Organization
from registry.supervision.clocks import Notice
from registry.tables import Base
from registry.yearly_checks.domain import Status


class YearlyCheck(Aggregate, Base):
    """应检: one check that a body is due in a year. Its district is that of the body."""

    __tablename__ = "yearly_check"
    __table_args__ = (
        Index(
            "uq_yearly_check_day",
            "organization_id",
            "due_on",
            unique=True,
            postgresql_where=text("status <> 'lifted'"),
        ),
        Index("ix_yearly_check_due", "due_on", "id", postgresql_where=text("status = 'open'")),
        CheckConstraint("(status = 'done') = (check_id IS NOT NULL)", name="done_by_a_check"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey(Organization.id))
    year: Mapped[int]
    due_on: Mapped[date]
    """The last day."""
    level: Mapped[str]
    """监管等级 that asked for it."""
    status: Mapped[Status]
    check_id: Mapped[UUID | None]
    done_on: Mapped[date | None]
    told: Mapped[Notice | None]
    warn_on: Mapped[date]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "yearly_check_id": self.id,
            "organization_id": self.organization_id,
            "year": self.year,
            "due_on": self.due_on,
        }
