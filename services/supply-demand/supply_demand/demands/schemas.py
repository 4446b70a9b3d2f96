"""What goes over HTTP about demands."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.money import Fen
from supply_demand.demands.domain import Status
from supply_demand.fields import LAST_DAY, Body, Code, Description, Title

Deadline = Annotated[IsoDay, Field(le=LAST_DAY, description="需求的最后有效日")]
Headcount = Annotated[int, Field(strict=True, ge=1, le=10_000_000, description="受益人数")]


class ProposeDemand(Body):
    """提出需求（草稿）。不要填写受益人的姓名、住址等个人信息。"""

    title: Title
    service_class: Code
    beneficiary_group: Code
    headcount: Headcount
    district: DistrictCode
    budget_fen: Fen
    deadline: Deadline
    description: Description = ""


class ChangeDemand(Body):
    """修改需求：只填写要修改的事项。"""

    title: Title | None = None
    service_class: Code | None = None
    beneficiary_group: Code | None = None
    headcount: Headcount | None = None
    budget_fen: Fen | None = None
    deadline: Deadline | None = None
    description: Description | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeDemand":
        if not self.model_fields_set:
            raise ValueError("没有填写要修改的事项")
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("修改事项不能为空值")
        return self


class DemandRead(BaseModel):
    """需求。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    title: str
    service_class: str
    beneficiary_group: str
    headcount: int
    district: str
    budget_fen: int
    deadline: date
    description: str
    status: Status
    ended_reason: str | None
    created_at: datetime
    updated_at: datetime
