"""What goes over HTTP about major activities."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from liandong.values.money import Fen
from liandong.values.text import Text
from registry.activities.domain import Kind, Status
from registry.organizations.schemas import Count, Day


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActivityForm(_Closed):
    """重大活动报告。"""

    kind: Kind
    title: Text = Field(min_length=2, max_length=200, description="活动名称")
    place: Text = Field(min_length=2, max_length=300, description="地点")
    starts_on: Day
    ends_on: Day
    participants: Count = Field(description="预计参加人数")
    budget_fen: Fen = 0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("活动的结束日期不能早于开始日期")
        if self.starts_on.year < 1949:
            raise ValueError("活动日期有误")
        return self


class ReportActivity(ActivityForm):
    organization_id: UUID = Field(description="举办活动的组织")


class Answer(_Closed):
    answer: Text = Field(min_length=2, max_length=1000, description="答复的内容")


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500, description="原因")


class Result(_Closed):
    actual_participants: Count = Field(description="实际参加人数")
    spent_fen: Fen
    incident: bool = Field(description="活动中发生需要处置的情况")
    result: Text = Field(min_length=2, max_length=2000, description="活动情况")


class ActivityRead(BaseModel):
    """一次重大活动。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    status: Status
    kind: Kind
    title: str
    place: str
    starts_on: date
    ends_on: date
    participants: int
    budget_fen: int
    reported_on: date
    report_due_on: date = Field(description="应报告的最后一日")
    is_late: bool = Field(description="未按规定的时间提前报告")
    needs_permit: bool = Field(description="另须公安机关许可的大型群众性活动")
    answer: str
    answered_by: str | None
    cancel_reason: str
    result_due_on: date = Field(description="应报告结果的最后一日")
    result_overdue: bool
    result_on: date | None
    actual_participants: int | None
    spent_fen: int | None
    incident: bool | None
    result: str
    rule_set: str
    created_at: datetime
    updated_at: datetime

    @computed_field(description="状态的中文名称")
    @property
    def status_label(self) -> str:
        return self.status.label
