"""What goes over HTTP about sites."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from supply_demand.fields import Body, Text, Title
from supply_demand.sites.domain import Kind, Status

SiteCode = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z][0-9A-Za-z-]*$")]
Address = Annotated[Text, Field(max_length=300, description="地址")]


class RecognizeSite(Body):
    """认定服务站点。"""

    code: SiteCode = Field(description="站点编号，全平台唯一，撤销后不再使用")
    kind: Kind
    organization_id: UUID = Field(description="运营单位")
    name: Title
    district: DistrictCode
    address: Address = ""
    recognized_on: IsoDay = Field(description="认定日期")


class ChangeSite(Body):
    """更正名称或地址；类型、运营单位、日期有误的，撤销后另行认定。"""

    name: Title | None = None
    address: Address | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeSite":
        if not self.model_fields_set:
            raise ValueError("没有填写要修改的事项")
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("修改事项不能为空值")
        return self


class SiteRead(BaseModel):
    """服务站点。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    code: str
    kind: Kind
    organization_id: UUID
    name: str
    district: str
    address: str
    recognized_on: date
    status: Status
    withdrawn_on: date | None
    withdrawn_reason: str | None
    rule_set: str
    created_at: datetime
    updated_at: datetime
