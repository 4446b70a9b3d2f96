"""What the registry publishes about checks that are due. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class YearlyCheckReminded(Event):
    """年度应检临近到期、逾期: each said once."""

    type: ClassVar[str] = "cn.liandong.registry.yearly-check.reminded"
    subject_field: ClassVar[str] = "yearly_check_id"

    yearly_check_id: UUID
    organization_id: UUID
    district: str = Field(description="组织现在的行政区划代码")
    year: int
    due_on: date = Field(description="应检的最后一日")
    notice: str = Field(description="due-soon 临近到期；overdue 超过期限")


EVENTS = (YearlyCheckReminded,)
