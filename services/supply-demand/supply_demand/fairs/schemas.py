"""What goes over HTTP about fairs and matches."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from supply_demand.demands.schemas import DemandRead
from supply_demand.fairs.domain import FairStatus, MatchStatus
from supply_demand.fields import Body, Description, Text, Title


class PlanFair(Body):
    """筹备对接会。"""

    title: Title
    district: DistrictCode
    held_on: IsoDay = Field(description="举办日期")
    venue: Text = Field(default="", max_length=200, description="地点；线上举办可不填")
    description: Description = ""


class ChangeFair(Body):
    """修改对接会：只填写要修改的事项。"""

    title: Title | None = None
    held_on: IsoDay | None = None
    venue: Text | None = Field(default=None, max_length=200)
    description: Description | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeFair":
        if not self.model_fields_set:
            raise ValueError("没有填写要修改的事项")
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("修改事项不能为空值")
        return self


class FairRead(BaseModel):
    """对接会。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    title: str
    district: str
    held_on: date
    venue: str
    description: str
    status: FairStatus
    ended_reason: str | None
    created_at: datetime
    updated_at: datetime


class RecordIntent(Body):
    """登记对接意向。"""

    demand_id: UUID
    offer_id: UUID


class ReasonRead(BaseModel):
    """得分理由。"""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title: str
    points: int
    fact: str


class MatchRead(BaseModel):
    """对接意向。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    fair_id: UUID
    demand_id: UUID
    offer_id: UUID
    organization_id: UUID
    score: int
    reasons: list[ReasonRead]
    rule_set: str
    status: MatchStatus
    released_reason: str | None
    created_at: datetime
    updated_at: datetime


class SuggestedOffer(BaseModel):
    offer_id: UUID
    organization_id: UUID
    title: str
    score: int
    reasons: list[ReasonRead]


class Suggestion(BaseModel):
    """一条需求和得分最高的供给。"""

    demand: DemandRead
    offers: list[SuggestedOffer]
    rule_set: str
