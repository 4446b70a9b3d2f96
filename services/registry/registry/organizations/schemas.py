"""What goes over HTTP about organisations."""

from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from liandong.values.credit_code import SocialOrganizationCode
from liandong.values.credit_code import kind as kind_of_code
from liandong.values.districts import DistrictCode
from liandong.values.filing_number import FilingNumber
from liandong.values.masking import mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.organizations.domain import DirectClass, Kind, Status, normalize_name

LAST_DAY: Final = date(2999, 12, 31)
"""Later days are slips of the keyboard, and the last of the calendar has no day after it."""

Name = Annotated[Text, AfterValidator(normalize_name)]


class RegisterOrganization(BaseModel):
    """成立登记（有统一社会信用代码）或备案（有备案编号）。"""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    name: Name = Field(min_length=2, max_length=200, description="名称")
    credit_code: SocialOrganizationCode | None = Field(default=None, description="统一社会信用代码")
    filing_number: FilingNumber | None = Field(default=None, description="备案编号")
    district: DistrictCode
    address: Text = Field(default="", max_length=300, description="住所")
    service_field: Text = Field(default="", max_length=100, description="业务领域")
    is_community: bool = Field(default=False, description="社区社会组织")
    is_hub: bool = Field(default=False, description="枢纽型社会组织")
    registered_on: date = Field(description="成立登记或备案日期")
    legal_representative: Text = Field(default="", max_length=100, description="法定代表人或负责人")
    phone: Text = Field(default="", max_length=30, description="联系电话")
    name_reservation_id: UUID | None = Field(default=None, description="据以登记的名称预留")
    purpose: Text = Field(default="", max_length=1000, description="宗旨")
    business_scope: Text = Field(default="", max_length=2000, description="业务范围")
    activity_area: Text = Field(default="", max_length=200, description="活动地域")
    funds_fen: Fen = 0
    supervisor: Text = Field(default="", max_length=100, description="业务主管单位")
    direct_class: DirectClass | None = Field(default=None, description="直接登记的类别")
    certificate_from: date | None = Field(default=None, le=LAST_DAY, description="证书有效期自")
    certificate_until: date | None = Field(default=None, le=LAST_DAY, description="证书有效期至")

    @model_validator(mode="after")
    def _certificate(self) -> Self:
        start, end = self.certificate_from, self.certificate_until
        if start is not None and end is not None and end <= start:
            raise ValueError("证书有效期的截止日应晚于起始日")
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
        return self

    @model_validator(mode="after")
    def _numbers(self) -> Self:
        if self.kind is Kind.COMMUNITY_GROUP:
            if self.filing_number is None or self.credit_code is not None:
                raise ValueError("备案的社区社会组织应填写备案编号，不填统一社会信用代码")
            if not self.is_community:
                raise ValueError("备案的组织应为社区社会组织")
        elif self.credit_code is None or self.filing_number is not None:
            raise ValueError("登记的社会组织应填写统一社会信用代码，不填备案编号")
        elif kind_of_code(self.credit_code) != self.kind.value:
            raise ValueError("统一社会信用代码所示的组织类型与登记类型不一致")
        return self


class ChangeOrganization(BaseModel):
    """变更登记：只填写要变更的事项。"""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = Field(default=None, min_length=2, max_length=200)
    district: DistrictCode | None = None
    address: Text | None = Field(default=None, max_length=300)
    service_field: Text | None = Field(default=None, max_length=100)
    is_hub: bool | None = None
    legal_representative: Text | None = Field(default=None, max_length=100)
    phone: Text | None = Field(default=None, max_length=30)
    purpose: Text | None = Field(default=None, max_length=1000, description="宗旨")
    business_scope: Text | None = Field(default=None, max_length=2000, description="业务范围")
    activity_area: Text | None = Field(default=None, max_length=200, description="活动地域")
    funds_fen: Fen | None = None
    supervisor: Text | None = Field(default=None, max_length=100, description="业务主管单位")
    direct_class: DirectClass | None = Field(
        default=None, description="改为直接登记的类别；填写业务主管单位的，不再直接登记"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("没有填写要变更的事项")
        empty = [name for name in self.model_fields_set if getattr(self, name) is None]
        if empty:
            raise ValueError(f"变更事项不能为空值：{'、'.join(sorted(empty))}")
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
        return self


class SuspendOrganization(BaseModel):
    model_config = ConfigDict(extra="forbid")

    until: date = Field(le=LAST_DAY, description="停止活动的最后一日")
    reason: Text = Field(min_length=2, max_length=500, description="事由与依据")


class EndOrganization(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=2, max_length=500, description="事由与依据")


class OrganizationRead(BaseModel):
    """社会组织。法定代表人与电话按权限脱敏。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    kind: Kind
    status: Status
    name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    address: str
    service_field: str
    is_community: bool
    is_hub: bool
    purpose: str
    business_scope: str
    activity_area: str
    funds_fen: int
    supervisor: str
    direct_class: DirectClass | None
    registered_on: date
    certificate_from: date | None
    certificate_until: date | None
    articles_approved_on: date | None
    suspended_until: date | None
    ended_on: date | None
    legal_representative: str
    phone: str
    created_at: datetime
    updated_at: datetime

    def masked(self) -> "OrganizationRead":
        """For readers who do not need the person: name and telephone masked."""
        return self.model_copy(
            update={
                "legal_representative": mask_name(self.legal_representative),
                "phone": mask_mobile(self.phone),
            }
        )
