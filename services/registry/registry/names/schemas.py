"""What goes over HTTP about names."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field

from liandong.values.districts import DistrictCode
from liandong.values.masking import mask_name
from liandong.values.text import Text
from registry.names.domain import Status
from registry.names.rules import Closeness, Effect
from registry.names.structure import NameParts
from registry.organizations.domain import Kind

Part = Annotated[Text, Field(max_length=60)]


class ProposedName(BaseModel):
    """拟用名称的各组成部分。社会团体不填字号；异地商会填写原籍地，不填领域。"""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    district: DistrictCode = Field(description="登记（备案）管理机关所在区划")
    division: Part = Field(default="", description="名称中的行政区划，如“合肥市庐阳区”")
    place: Part = Field(default="", description="街道、社区名称，仅备案的社区社会组织使用")
    trade_name: Part = Field(default="", description="字号")
    origin: Part = Field(default="", description="原籍地，仅异地商会使用")
    field: Part = Field(default="", description="行（事）业领域或会员组成")
    form: Part = Field(default="", description="组织形式，如“中心”")

    def parts(self) -> NameParts:
        return NameParts(
            self.division, self.place, self.trade_name, self.origin, self.field, self.form
        )


class ReserveName(ProposedName):
    """预留名称。"""

    applicant: Text = Field(min_length=2, max_length=100, description="申请人")
    explanation: Text = Field(
        default="", max_length=500, description="与已有名称近似而仍予采用的理由"
    )
    succeeds: UUID | None = Field(
        default=None,
        description="备案的组织升级为登记的，填写该备案组织；与其名称相同、近似不作限制",
    )


class ReleaseName(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=2, max_length=500, description="放弃的原因")


class NameFinding(BaseModel):
    """名称本身的一处问题。"""

    pointer: str
    code: str
    message: str


class CloseName(BaseModel):
    """一个相同或近似的名称。"""

    model_config = ConfigDict(from_attributes=True)

    name: str
    district: str
    reason: Closeness
    effect: Effect
    held_by: str = Field(description="registered 已登记；ended 已注销或撤销；reserved 已预留")
    organization_id: UUID | None

    @computed_field(description="近似的原因")
    @property
    def reason_label(self) -> str:
        return self.reason.label


class NameCheck(BaseModel):
    """核名结果。"""

    name: str
    acceptable: bool = Field(description="没有问题，或只有须说明理由的近似名称")
    findings: list[NameFinding]
    close: list[CloseName] = Field(description="相同或近似的名称，最接近的在前，至多五十个")
    rule_set: str


class ReservationRead(BaseModel):
    """名称预留。申请人按权限脱敏。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    kind: Kind
    district: str
    name: str
    division: str
    place: str
    trade_name: str
    origin: str
    field: str
    form: str
    status: Status
    held_until: date
    extensions: int
    explanation: str
    applicant: str
    reserved_by: str
    ended_reason: str | None
    application_id: UUID | None = Field(description="使用该名称的未办结申请")
    succeeds: UUID | None = Field(description="升级为登记的备案组织")
    rule_set: str
    created_at: datetime
    updated_at: datetime

    @computed_field(description="状态的中文名称")
    @property
    def status_label(self) -> str:
        return self.status.label

    def masked(self) -> "ReservationRead":
        return self.model_copy(update={"applicant": mask_name(self.applicant)})
