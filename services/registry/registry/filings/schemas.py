"""What goes over HTTP about filings."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.districts import DistrictCode
from liandong.values.masking import mask_mobile, mask_name
from liandong.values.periods import Urgency
from liandong.values.text import Text
from registry.filings.clocks import Standing
from registry.filings.domain import Status
from registry.filings.models import Filing
from registry.filings.rules import FilingRules
from registry.names.schemas import Part
from registry.organizations.domain import CommunityClass, Management, Nature
from registry.organizations.schemas import Count


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FilingName(_Closed):
    """拟用名称的各组成部分，提交时即核名并保留。"""

    division: Part = Field(default="", description="名称中的行政区划，如“合肥市庐阳区”")
    place: Part = Field(default="", description="街道、社区名称")
    trade_name: Part = Field(default="", description="字号")
    field: Part = Field(default="", description="活动领域")
    form: Part = Field(default="", description="组织形式，如“互助会”")
    explanation: Text = Field(
        default="", max_length=500, description="与已有名称近似而仍予采用的理由"
    )

    def full(self) -> str:
        return "".join((self.division, self.place, self.trade_name, self.field, self.form))


class FilingForm(_Closed):
    """备案申请。名称填写各组成部分，或者填写已有的名称预留，二者选一。"""

    name: FilingName | None = None
    name_reservation_id: UUID | None = None
    district: DistrictCode = Field(description="所在街道（乡镇）9位或社区（村）12位区划代码")
    contact_name: Text = Field(min_length=2, max_length=100, description="联系人（负责人）")
    contact_phone: Text = Field(default="", max_length=30, description="联系电话")
    individual_members: Count = Field(default=0, description="个人会员数")
    unit_members: Count = Field(default=0, description="单位会员数")
    address: Text = Field(default="", max_length=300, description="活动场所")
    purpose: Text = Field(default="", max_length=1000, description="宗旨")
    articles_template: Text | None = Field(
        default=None, max_length=40, description="采用的简易章程示范文本的代码"
    )
    own_articles: Text = Field(default="", max_length=20_000, description="自拟的简易章程")
    nature: Nature = Field(description="服务性、公益性、互助性")
    community_class: CommunityClass = Field(description="业务类别")
    management: Management = Field(description="由街道（乡镇）管理，或者由村（居）委会指导")
    is_green: bool = Field(default=False, description="绿色通道")
    is_hub: bool = Field(default=False, description="枢纽型社会组织")
    is_rural: bool = Field(default=False, description="农村社区的社会组织")
    is_internal_group: bool = Field(
        description="村（居）民委员会、业主委员会或营利组织的内部组织（申请人声明）"
    )
    is_for_profit: bool = Field(default=False, description="以营利为目的（申请人声明）")
    charges_for_services: bool = Field(
        default=False, description="收费服务，或者所从事的活动须经许可（申请人声明）"
    )
    documents: list[Annotated[Text, Field(max_length=60)]] = Field(
        default_factory=list, max_length=50, description="已递交材料的代码"
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.name is None) == (self.name_reservation_id is None):
            raise ValueError("名称的各组成部分与名称预留，应填写其中一项")
        if self.articles_template and self.own_articles:
            raise ValueError("采用示范文本的，不另填自拟的简易章程")
        return self


class Opinion(_Closed):
    recommended: bool = Field(description="是否推荐")
    opinion: Text = Field(min_length=2, max_length=1000, description="村（居）委会的意见")


class StreetReview(_Closed):
    agreed: bool = Field(description="是否同意备案")
    review: Text = Field(min_length=2, max_length=1000, description="街道（乡镇）的审核意见")


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=1000, description="理由与依据")


class ConfirmList(_Closed):
    district: DistrictCode
    year: int = Field(ge=1949, le=2999)


class Upgrade(_Closed):
    """升级为登记的去向：已登记的组织，或者已发证的成立登记申请，二者选一。"""

    successor_id: UUID | None = Field(default=None, description="登记后的组织")
    application_id: UUID | None = Field(default=None, description="已发证的成立登记申请")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.successor_id is None) == (self.application_id is None):
            raise ValueError("登记后的组织与成立登记申请，应填写其中一项")
        return self


class FindingRead(BaseModel):
    """一处缺漏或不符合条件之处，写明依据。"""

    pointer: str
    code: str
    message: str


class FilingClock(BaseModel):
    """当前步骤的办理时限。"""

    model_config = ConfigDict(from_attributes=True)

    due_on: date
    urgency: Urgency
    is_provisional: bool = Field(description="所涉年份的工作日历尚未公布，日期为暂计")


class FilingSummary(BaseModel):
    """备案。联系人脱敏。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    status: Status
    status_label: str
    district: str
    organization_name: str
    organization_id: UUID | None
    filing_number: str | None
    nature: Nature
    community_class: CommunityClass
    management: Management
    is_green: bool
    is_hub: bool
    contact_name: str
    submitted_on: date
    filed_on: date | None
    clock: FilingClock | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, filing: Filing, standing: Standing | None) -> "FilingSummary":
        return cls.model_validate(_shown(filing, standing, cls))


class FilingRead(FilingSummary):
    """一件备案的全部内容。联系人按权限脱敏。"""

    reservation_id: UUID
    address: str
    purpose: str
    articles_template: str | None
    own_articles: str
    is_rural: bool
    individual_members: int
    unit_members: int
    is_internal_group: bool
    is_for_profit: bool
    charges_for_services: bool
    documents: list[str]
    contact_phone: str
    recommended: bool | None
    opinion: str
    agreed: bool | None
    review: str
    handled_by: list[str]
    decided_by: str | None
    reason: str
    rule_set: str
    findings: list[FindingRead] = Field(description="现在仍缺少的内容和不符合的条件")

    @classmethod
    def whole(
        cls, filing: Filing, standing: Standing | None, findings: list[FindingRead]
    ) -> "FilingRead":
        shown = _shown(filing, standing, cls) | {"findings": findings}
        return cls.model_validate(shown | {"contact_name": filing.contact_name})

    def masked(self) -> "FilingRead":
        return self.model_copy(
            update={
                "contact_name": mask_name(self.contact_name),
                "contact_phone": mask_mobile(self.contact_phone),
            }
        )


def _shown(filing: Filing, standing: Standing | None, kind: type[BaseModel]) -> dict[str, Any]:
    made = {"status_label", "clock", "findings"}
    columns = {name: getattr(filing, name) for name in kind.model_fields if name not in made}
    return columns | {
        "contact_name": mask_name(filing.contact_name),
        "status_label": filing.status.label,
        "clock": standing and FilingClock.model_validate(standing),
    }


class RequirementsRead(BaseModel):
    """一地的备案要求：条件、材料、时限和简易章程示范文本。"""

    rule_set: str
    legal_basis: str
    requirements: FilingRules


class FilingListRead(BaseModel):
    """年度备案名单的确认。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    district: str
    year: int
    filed: int = Field(description="当年备案的组织数")
    ended: int = Field(description="当年注销或撤销的组织数")
    living: int = Field(description="年末存续的组织数")
    confirmed_on: date
