"""What goes over HTTP about organisations."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from liandong.values.credit_code import SocialOrganizationCode
from liandong.values.credit_code import kind as kind_of_code
from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.filing_number import FilingNumber
from liandong.values.masking import mask_mobile, mask_name
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.organizations.domain import (
    CharityStatus,
    CommunityClass,
    DirectClass,
    Kind,
    Management,
    Nature,
    PartyOrganization,
    Status,
    normalize_name,
)

LAST_DAY: Final = date(2999, 12, 31)
"""Later days are slips of the keyboard, and the last of the calendar has no day after it."""

Name = Annotated[Text, AfterValidator(normalize_name)]
MANY: Final = 1_000_000_000
"""More persons than a body can have."""
Day = Annotated[IsoDay, Field(le=LAST_DAY)]
QueryDay = Annotated[IsoDay, Field(le=LAST_DAY)]
"""A day that is asked about."""
Count = Annotated[int, Field(ge=0, le=MANY)]


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
    registered_on: IsoDay = Field(description="成立登记或备案日期")
    legal_representative: Text = Field(default="", max_length=100, description="法定代表人或负责人")
    phone: Text = Field(default="", max_length=30, description="联系电话")
    name_reservation_id: UUID | None = Field(default=None, description="据以登记的名称预留")
    purpose: Text = Field(default="", max_length=1000, description="宗旨")
    business_scope: Text = Field(default="", max_length=2000, description="业务范围")
    activity_area: Text = Field(default="", max_length=200, description="活动地域")
    funds_fen: Fen = 0
    supervisor: Text = Field(default="", max_length=100, description="业务主管单位")
    direct_class: DirectClass | None = Field(default=None, description="直接登记的类别")
    certificate_from: IsoDay | None = Field(default=None, le=LAST_DAY, description="证书有效期自")
    certificate_until: IsoDay | None = Field(default=None, le=LAST_DAY, description="证书有效期至")
    registering_authority: Text = Field(
        default="", max_length=100, description="登记机关，不是民政部门的填写"
    )
    supervising_authority: Text = Field(
        default="", max_length=100, description="监督管理机关，与登记机关不同的填写"
    )
    nature: Nature | None = Field(default=None, description="服务性、公益性、互助性")
    community_class: CommunityClass | None = Field(
        default=None, description="社区社会组织的业务类别"
    )
    management: Management | None = Field(
        default=None, description="备案组织由街道（乡镇）管理，或者由村（居）委会指导"
    )
    is_rural: bool = Field(default=False, description="农村社区的社会组织")
    charity_status: CharityStatus | None = Field(default=None, description="慈善组织")
    charity_since: Day | None = Field(default=None, description="登记或认定为慈善组织的日期")
    raises_in_public_since: Day | None = Field(default=None, description="取得公开募捐资格的日期")
    party_organization: PartyOrganization | None = Field(default=None, description="党组织情况")
    party_members: Count = Field(default=0, description="党员人数")
    individual_members: Count = Field(default=0, description="个人会员数")
    unit_members: Count = Field(default=0, description="单位会员数")
    full_time_staff: Count = Field(default=0, description="专职工作人员数")
    website: Text = Field(default="", max_length=300, description="信息公开的网址")
    term_from: Day | None = Field(default=None, description="届期自")
    term_until: Day | None = Field(default=None, description="届期至")

    @model_validator(mode="after")
    def _directly(self) -> Self:
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


MAY_BE_EMPTIED: Final = frozenset(
    {
        "nature",
        "community_class",
        "management",
        "charity_status",
        "charity_since",
        "raises_in_public_since",
        "party_organization",
    }
)
"""What a body may cease to be."""


class ChangeOrganization(BaseModel):
    """变更登记：只填写要变更的事项；填写 null 表示该项不再适用。"""

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
    registering_authority: Text | None = Field(default=None, max_length=100)
    supervising_authority: Text | None = Field(default=None, max_length=100)
    nature: Nature | None = None
    community_class: CommunityClass | None = None
    management: Management | None = None
    is_community: bool | None = None
    is_rural: bool | None = None
    charity_status: CharityStatus | None = None
    charity_since: Day | None = None
    raises_in_public_since: Day | None = None
    party_organization: PartyOrganization | None = None
    party_members: Count | None = None
    individual_members: Count | None = None
    unit_members: Count | None = None
    full_time_staff: Count | None = None
    website: Text | None = Field(default=None, max_length=300)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("没有填写要变更的事项")
        empty = [
            name for name in self.model_fields_set - MAY_BE_EMPTIED if getattr(self, name) is None
        ]
        if empty:
            raise ValueError(f"变更事项不能为空值：{'、'.join(sorted(empty))}")
        if self.direct_class is not None and self.supervisor:
            raise ValueError("直接登记的不填业务主管单位")
        return self


class EndOrganization(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=2, max_length=500, description="事由与依据")


class CorrectOrganization(BaseModel):
    """更正登记时填错的事项；不是变更登记。"""

    model_config = ConfigDict(extra="forbid")

    credit_code: SocialOrganizationCode | None = None
    filing_number: FilingNumber | None = None
    registered_on: Day | None = None
    certificate_from: Day | None = None
    certificate_until: Day | None = None
    reason: Text = Field(min_length=2, max_length=500, description="更正的原因与依据")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given():
            raise ValueError("没有填写要更正的事项")
        return self

    def given(self) -> dict[str, Any]:
        return self.model_dump(exclude={"reason"}, exclude_none=True)


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
    registering_authority: str
    supervising_authority: str
    nature: Nature | None
    community_class: CommunityClass | None
    management: Management | None
    is_rural: bool
    charity_status: CharityStatus | None
    charity_since: date | None
    raises_in_public_since: date | None
    party_organization: PartyOrganization | None
    party_members: int
    individual_members: int
    unit_members: int
    full_time_staff: int
    website: str
    term_from: date | None
    term_until: date | None
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
