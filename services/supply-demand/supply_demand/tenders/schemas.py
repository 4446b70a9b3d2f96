"""What goes over HTTP about tenders."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from liandong.values.districts import DistrictCode
from liandong.values.money import Fen
from supply_demand.fields import Body, Code, Description, Grade, OrganizationKind, Text, Title
from supply_demand.tenders.domain import Status

Budget = Annotated[Fen, Field(ge=1)]
Kinds = Annotated[
    list[OrganizationKind], Field(max_length=4, description="限定的组织类型，空为不限")
]
Invited = Annotated[list[UUID], Field(max_length=50, description="受邀组织")]
ClosesAt = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        le=datetime(2999, 12, 31, tzinfo=UTC),
        description="投标截止时间",
    ),
]
Months = Annotated[int, Field(strict=True, ge=1, le=600, description="合同期限（月）")]
Basis = Annotated[Text, Field(max_length=1000, description="超过通常期限时的依据")]


class DraftTender(Body):
    """起草采购项目。由需求转来时填写 demand_id（须已对接），区划即需求的区划。"""

    demand_id: UUID | None = None
    title: Title
    district: DistrictCode | None = Field(default=None, description="不填则为需求的区划")
    method: Code
    invited_organization_ids: Invited = Field(default_factory=list)
    budget_fen: Budget
    minimum_grade: Grade | None = None
    allowed_kinds: Kinds = Field(default_factory=list)
    closes_at: ClosesAt
    term_months: Months
    multi_year_basis: Basis = ""
    description: Description = ""

    @model_validator(mode="after")
    def _district_known(self) -> "DraftTender":
        if self.district is None and self.demand_id is None:
            raise ValueError("应填写区划，或由已对接的需求转来")
        return self


class ChangeTender(Body):
    """修改草稿：只填写要修改的事项。minimum_grade 填空值为取消等级要求。"""

    title: Title | None = None
    method: Code | None = None
    invited_organization_ids: Invited | None = None
    budget_fen: Budget | None = None
    minimum_grade: Grade | None = None
    allowed_kinds: Kinds | None = None
    closes_at: ClosesAt | None = None
    term_months: Months | None = None
    multi_year_basis: Basis | None = None
    description: Description | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeTender":
        if not self.model_fields_set:
            raise ValueError("没有填写要修改的事项")
        if any(getattr(self, name) is None for name in self.model_fields_set - {"minimum_grade"}):
            raise ValueError("修改事项不能为空值")
        return self


class TenderRead(BaseModel):
    """采购项目。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    title: str
    demand_id: UUID | None
    district: str
    buyer_district: str
    method: str
    invited_organization_ids: list[UUID]
    budget_fen: int
    minimum_grade: Grade | None
    allowed_kinds: list[OrganizationKind]
    closes_at: datetime
    term_months: int
    multi_year_basis: str
    description: str
    status: Status
    published_at: datetime | None
    closed_at: datetime | None
    ended_reason: str | None
    rule_set: str
    created_at: datetime
    updated_at: datetime
