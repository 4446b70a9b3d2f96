"""What goes over HTTP about checks that are due."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from registry.organizations.models import Organization
from registry.yearly_checks.domain import Status
from registry.yearly_checks.models import YearlyCheck


class YearlyCheckRead(BaseModel):
    """年度应检：按监管等级每年应当检查的一次。"""

    id: UUID
    organization_id: UUID
    organization_name: str
    district: str
    year: int
    due_on: date = Field(description="最后一日")
    level: str = Field(description="监管等级：strengthened 加强、key 重点等")
    status: Status
    status_label: str
    is_overdue: bool
    check_id: UUID | None = Field(description="据以完成的检查")
    done_on: date | None
    rule_set: str

    @classmethod
    def of(cls, row: YearlyCheck, organization: Organization, today: date) -> "YearlyCheckRead":
        shown: dict[str, Any] = {
            name: getattr(row, name)
            for name in ("id", "organization_id", "year", "due_on", "level", "status", "check_id")
        }
        return cls(
            **shown,
            organization_name=organization.name,
            district=organization.district,
            status_label=row.status.label,
            is_overdue=row.status is Status.OPEN and today > row.due_on,
            done_on=row.done_on,
            rule_set=row.rule_set,
        )
