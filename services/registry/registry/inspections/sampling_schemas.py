"""What goes over HTTP about draws of inspections."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.text import Text
from registry.inspections.domain import Regime
from registry.inspections.draw import SamplingStatus
from registry.inspections.models import InspectionSampling


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PrepareSample(_Closed):
    """准备随机抽取：固定名单，系统先行公布随机数的承诺。"""

    regime: Regime | None = None
    percent: int | None = Field(
        default=None, strict=True, ge=1, le=100, description="抽取比例（%），不低于规则规定的比例"
    )


class DrawSample(_Closed):
    """随机抽取：填写名单固定之后当众产生的数字，如摇号、公开的开奖号码。"""

    public_number: Text = Field(min_length=4, max_length=100, description="当众产生的数字")


class CancelSample(_Closed):
    """抽取之前取消。"""

    reason: Text = Field(min_length=2, max_length=500)


class SamplingRead(BaseModel):
    """一次抽查。种子为 SHA-256("名单摘要|系统随机数|当众数字")，随机数的摘要公布在先。"""

    id: UUID
    version: int
    season_id: UUID
    district: str
    regime: Regime | None
    status: SamplingStatus
    commitment: str | None = Field(description="系统随机数的SHA-256，固定名单时公布")
    nonce: str | None = Field(description="系统随机数；抽取之后公布")
    public_number: str | None = Field(description="当众产生的数字")
    seed: str | None = Field(description="种子；抽取之后才有")
    algorithm: str
    percent: int
    population: int = Field(description="抽取范围内的组织数")
    population_digest: str = Field(description="名单（组织编号按序逐行）的SHA-256")
    drawn: int = Field(description="抽中的组织数")
    done: int = Field(description="已转入抽查的处理数")
    reason: str = Field(description="取消的事由")
    prepared_at: datetime
    drawn_at: datetime | None

    @classmethod
    def of(cls, one: InspectionSampling) -> "SamplingRead":
        """The nonce is nobody's business before the draw."""
        made = {"population", "drawn", "prepared_at", "nonce"}
        return cls(
            **{name: getattr(one, name) for name in cls.model_fields if name not in made},
            population=len(one.population),
            drawn=len(one.drawn),
            prepared_at=one.created_at,
            nonce=one.nonce if one.status is SamplingStatus.DRAWN else None,
        )


class SamplingProof(SamplingRead):
    """Everything needed to repeat the draw."""

    population_ids: list[UUID]
    weights: dict[UUID, int] | None = Field(description="各组织的权重；为空的，机会均等")
    weights_basis: str = Field(description="权重的依据")
    drawn_ids: list[UUID]
    reproduced: bool = Field(
        description="系统按所存的承诺、数字和名单重新抽取，结果一致；尚未抽取的为否"
    )
