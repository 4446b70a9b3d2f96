"""The tables of monthly reports."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.reports.domain import Status
from credit_list.tables import Base
from liandong.db.base import Aggregate


class MonthlyReport(Aggregate, Base):
    __tablename__ = "monthly_report"
    __table_args__ = (
        UniqueConstraint("district", "month"),
        CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> reported_by", name="confirmed_by_another"
        ),
    )

    district: Mapped[str]
    month: Mapped[str]
    status: Mapped[Status]
    figures: Mapped[dict[str, Any]]
    """As they were when it was reported; never counted anew after the confirmation."""
    due_on: Mapped[date]
    rule_set: Mapped[str]
    reported_by: Mapped[str | None]
    reported_on: Mapped[date | None]
    confirmed_by: Mapped[str | None]
    confirmed_on: Mapped[date | None]


class ReportNote(Base):
    """What was corrected after the month had been closed."""

    __tablename__ = "monthly_report_note"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("monthly_report.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
