"""What goes over HTTP about officers."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.text import Text
from registry.organizations.schemas import LAST_DAY


class RegisterOfficer(BaseModel):
    """登记一名行政执法人员。"""

    model_config = ConfigDict(extra="forbid")

    subject: Text = Field(min_length=1, max_length=200, description="该人员在统一身份认证中的标识")
    district: DistrictCode = Field(description="执法区域，含下级")
    certificate_number: Text = Field(min_length=2, max_length=60, description="行政执法证编号")
    certificate_until: IsoDay = Field(le=LAST_DAY, description="行政执法证有效期的最后一日")


class ChangeOfficer(BaseModel):
    """换证、调整执法区域、离岗或者返岗。"""

    model_config = ConfigDict(extra="forbid")

    district: DistrictCode | None = None
    certificate_number: Text | None = Field(default=None, min_length=2, max_length=60)
    certificate_until: IsoDay | None = Field(default=None, le=LAST_DAY)
    is_active: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        given = self.model_dump(exclude_unset=True)
        if not given:
            raise ValueError("没有填写要变更的事项")
        if None in given.values():
            raise ValueError("变更事项不能为空值")
        return self


class Interest(BaseModel):
    """执法人员与一家组织的利害关系；``is_ended`` 为真的表示关系已经消除。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    reason: Text = Field(min_length=2, max_length=200, description="回避的事由，不写个人信息")
    is_ended: bool = False


class OfficerRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    subject: str
    district: str
    certificate_number: str
    certificate_until: date
    is_active: bool
    created_at: datetime
    updated_at: datetime
