"""What goes over HTTP about sampling."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liandong.values.days import IsoDay
from liandong.values.districts import DistrictCode
from liandong.values.text import Text
from registry.checks.domain import Topic
from registry.organizations.domain import Kind
from registry.organizations.schemas import LAST_DAY
from registry.sampling.domain import Status
from registry.sampling.models import SamplingDraw, SamplingPlan
from registry.sampling.weighing import thawed


class PlanSampling(BaseModel):
    """双随机抽查计划。比例与数量填写一项。"""

    model_config = ConfigDict(extra="forbid")

    district: DistrictCode
    pool_district: DistrictCode | None = Field(
        default=None, description="从哪一区划（含下级）的执法人员中抽取；不填的与抽查区划相同"
    )
    season: str = Field(pattern=r"^20[0-9]{2}(-Q[1-4])?$", description="年度或者季度，如 2026-Q2")
    topic: Topic
    kinds: list[Kind] = Field(default_factory=list, max_length=4, description="不填为全部类型")
    service_field: Text = Field(default="", max_length=100, description="业务领域")
    is_community: bool | None = Field(default=None, description="只抽（不抽）社区社会组织")
    percent: int | None = Field(default=None, ge=1, le=100)
    number: int | None = Field(default=None, ge=1, le=100_000)
    officers_each: int = Field(default=2, ge=1, le=20, description="每家组织的检查人员数")
    checked_from: IsoDay = Field(le=LAST_DAY)
    checked_until: IsoDay = Field(le=LAST_DAY)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.percent is None) == (self.number is None):
            raise ValueError("比例与数量须填写一项，且只填一项")
        if self.checked_until < self.checked_from:
            raise ValueError("检查的截止日期早于开始日期")
        return self


class Reason(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=2, max_length=500)


class PlanRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    district: str
    pool_district: str
    season: str
    topic: Topic
    kinds: list[str]
    service_field: str
    is_community: bool | None
    percent: int | None
    number: int | None
    officers_each: int
    checked_from: date
    checked_until: date
    status: Status
    status_label: str
    draws: int
    published_on: date | None
    reason: str
    rule_set: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, plan: SamplingPlan) -> "PlanRead":
        names = set(cls.model_fields) - {"status_label"}
        shown = {name: getattr(plan, name) for name in names}
        return cls.model_validate({**shown, "status_label": plan.status.label})


class DrawRead(BaseModel):
    """一次抽取。凭种子、算法和候选名单可以自行复核。"""

    model_config = ConfigDict(from_attributes=True)

    round: int
    algorithm: str
    seed: str
    candidates: int
    candidates_digest: str
    drawn: list[dict[str, Any]] = Field(description="按抽取顺序：组织与检查人员")
    reason: str = Field(description="重新抽取的理由")
    drawn_at: datetime
    key_supervision: list[UUID] = Field(
        default_factory=list[UUID], description="抽中的组织中，现列为重点监督管理对象的；不公示"
    )

    @classmethod
    def of(
        cls, draw: SamplingDraw, *, in_public: bool, watched: Collection[UUID] = ()
    ) -> "DrawRead":
        """In public the inspectors are not told before they come, nor who is ``watched``."""
        names = set(cls.model_fields) - {"candidates", "drawn", "key_supervision"}
        shown = {name: getattr(draw, name) for name in names}
        drawn = [
            {"organization_id": one["organization_id"]} if in_public else one for one in draw.drawn
        ]
        key = [UUID(one["organization_id"]) for one in draw.drawn]
        marked = [one for one in key if one in watched and not in_public]
        return cls(**shown, candidates=len(draw.candidates), drawn=drawn, key_supervision=marked)


class Candidates(BaseModel):
    """一次抽取的候选名单。"""

    candidates_digest: str
    candidates: list[UUID]
    weights: dict[UUID, int] | None = Field(
        default=None, description="各候选组织的权重；为空的，机会均等"
    )
    basis: str = Field(default="", description="权重的依据")

    @classmethod
    def of(cls, draw: SamplingDraw) -> Self:
        """The weights, without which nobody could repeat the draw, and not the levels."""
        kept = draw.weighing
        return cls(
            candidates_digest=draw.candidates_digest,
            candidates=draw.candidates,
            weights=None if kept is None else thawed(kept, draw.candidates),
            basis="" if kept is None else kept["basis"],
        )
