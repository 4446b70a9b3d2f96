"""What the registry publishes about sampling. Whom the lot fell on is read on the board."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class SamplingDrawn(Event):
    """抽取: seed and digest are fixed before anybody is told the outcome."""

    type: ClassVar[str] = "cn.liandong.registry.sampling.drawn"
    subject_field: ClassVar[str] = "plan_id"

    plan_id: UUID
    district: str
    season: str
    matter: str = Field(description="finance、work_safety、service_quality、general")
    round: int = Field(description="第几次抽取；大于 1 的为重新抽取")
    algorithm: str
    seed: str
    candidates: int = Field(description="候选组织数")
    candidates_digest: str = Field(description="候选名单的 SHA-256")
    drawn: int = Field(description="抽中组织数")


class SamplingPublished(Event):
    """抽取结果公示; the checks of the drawn bodies begin."""

    type: ClassVar[str] = "cn.liandong.registry.sampling.published"
    subject_field: ClassVar[str] = "plan_id"

    plan_id: UUID
    district: str
    season: str
    matter: str = Field(description="finance、work_safety、service_quality、general")
    round: int
    drawn: int
    published_on: date


EVENTS = (SamplingDrawn, SamplingPublished)
