"""The table of checks and audits."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.checks.domain import Form, Result, Status, Topic
from registry.supervision.clocks import Notice
from registry.tables import Base


class CheckTask(Aggregate, Base):
    """检查任务: one body, one occasion."""

    __tablename__ = "check_task"
    __table_args__ = (
        Index(
            "ix_check_task_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_check_task_organization_id", "organization_id"),
        Index("ix_check_task_plan_id", "plan_id"),
    )

    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    district: Mapped[str]
    authority: Mapped[str]
    form: Mapped[Form]
    topic: Mapped[Topic]
    status: Mapped[Status]
    plan_id: Mapped[UUID | None]
    """The sampling that drew it."""
    planned_on: Mapped[date]
    inspectors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    handlers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who inspected or recorded: none of them concludes."""
    auditor: Mapped[str]
    """会计师事务所"""
    engagement: Mapped[str]
    """Number of the contract with the auditor."""
    report_number: Mapped[str]
    reported_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    was_reached: Mapped[bool | None]
    record: Mapped[str]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    result: Mapped[Result | None]
    concluded_by: Mapped[str | None]
    concluded_on: Mapped[date | None]
    published_on: Mapped[date | None]
    reason: Mapped[str]
    told: Mapped[Notice | None]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        """What every event about the check tells; no personal data, no free text."""
        return {
            "check_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "form": self.form,
            "matter": self.topic,
            "plan_id": self.plan_id,
            "result": self.result,
            "codes": [one["code"] for one in self.findings],
            "worst": worst(self.findings),
            "concluded_on": self.concluded_on,
        }


def worst(findings: list[dict[str, Any]]) -> str | None:
    order = ("serious", "ordinary", "minor")
    found = {one["severity"] for one in findings}
    return next((one for one in order if one in found), None)
