"""What goes over HTTP about offers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.districts import DistrictCode
from supply_demand.fields import Body, Code, Description, Title
from supply_demand.offers.domain import Status

Capacity = Annotated[int, Field(strict=True, ge=1, le=10_000_000, description="可服务人数")]
Districts = Annotated[
    list[DistrictCode], Field(min_length=1, max_length=50, description="服务区域，各含下级")
]


class DraftOffer(Body):
    """提出供给（草稿）。社会组织不填 organization_id 时为本组织；经办人代填时必填。"""

    organization_id: UUID | None = None
    title: Title
    service_class: Code
    districts: Districts
    capacity: Capacity
    description: Description = ""


class ChangeOffer(Body):
    """修改供给：只填写要修改的事项。"""

    title: Title | None = None
    service_class: Code | None = None
    districts: Districts | None = None
    capacity: Capacity | None = None
    description: Description | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeOffer":
        if not self.model_fields_set:
            raise ValueError("没有填写要修改的事项")
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("修改事项不能为空值")
        return self


class OfferRead(BaseModel):
    """供给。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    title: str
    service_class: str
    districts: list[str]
    capacity: int
    description: str
    status: Status
    ended_reason: str | None
    created_at: datetime
    updated_at: datetime
