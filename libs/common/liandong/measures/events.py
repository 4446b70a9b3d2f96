"""What is told of measures: by credit-list, that they begin and end; by the services that execute
them, that they obeyed. No payload carries personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.events.contract import Event


class SwitchedOff(BaseModel):
    """A measure that ends. ``effect`` is what ``executor`` does no more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    effect: str = Field(description="执行服务据以行动的效果代码")
    executor: str = Field(description="执行服务；external 为其他部门")
    acknowledge: bool = Field(default=True, description="要求执行服务回执")


class SwitchedOn(SwitchedOff):
    """A measure that begins, or goes on after a further decision."""

    ends_on: date | None = Field(default=None, description="措施自身期限的最后一日")


class ListedNews(Event):
    """列入名单, as the executing services read it."""

    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = ""
    measures: tuple[str, ...] = ()
    listing_version: int = 0
    switched_on: tuple[SwitchedOn, ...] = ()


class DelistedNews(Event):
    """移出名单, as the executing services read it."""

    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = ""
    listing_version: int = 0
    switched_off: tuple[SwitchedOff, ...] = ()


class MeasureEndedNews(Event):
    """One measure ended by its own term, as the executing services read it."""

    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = ""
    listing_version: int
    measure: str
    effect: str
    executor: str
    acknowledge: bool = True


class MeasureReport(Event):
    """措施回执: told in the transaction in which the service obeyed."""

    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = Field(description="作出列入决定的机关所在行政区划")
    measure: str = Field(description="措施代码")
    listing_version: int = Field(description="所执行的列入记录版本")
    affected: int = Field(description="受影响的事项数；0 表示措施已生效，当时没有受影响的事项")
    affected_kind: str = Field(
        default="", description="受影响的事项：bids、payments、grade-reviews；空为不涉及"
    )


class MeasureApplied(MeasureReport):
    """措施已执行: the measure is in force in this service."""

    applied_on: date


class MeasureLifted(MeasureReport):
    """措施已解除: the measure is no longer in force in this service."""

    lifted_on: date
