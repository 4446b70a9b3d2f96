"""What is published about draws of inspections: anybody sees by it that no seed was chosen."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class SamplingEvent(Event):
    subject_field: ClassVar[str] = "sampling_id"

    sampling_id: UUID
    season_id: UUID
    district: str = Field(description="行政区划代码")
    algorithm: str
    percent: int
    population: int = Field(description="抽取范围内的组织数")
    population_digest: str = Field(description="固定的名单的SHA-256")
    commitment: str = Field(description="系统随机数的SHA-256")


class SamplingCommitted(SamplingEvent):
    """固定名单，公布承诺: nobody can foresee what will be drawn."""

    type: ClassVar[str] = "cn.liandong.registry.inspection-sampling.committed"


class SamplingRevealed(SamplingEvent):
    """抽取: the nonce whose digest was told before, and the number that was made in public."""

    type: ClassVar[str] = "cn.liandong.registry.inspection-sampling.drawn"

    nonce: str
    public_number: str
    seed: str = Field(description='SHA-256("名单摘要|系统随机数|当众数字")')
    drawn: int = Field(description="抽中的组织数")


class SamplingCancelled(SamplingEvent):
    """抽取之前取消."""

    type: ClassVar[str] = "cn.liandong.registry.inspection-sampling.cancelled"


EVENTS = (SamplingCommitted, SamplingRevealed, SamplingCancelled)
