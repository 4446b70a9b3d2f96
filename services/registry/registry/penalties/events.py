"""What the registry publishes about penalties.

A case is nobody's business before it is decided: until then no event names the body. Payloads
carry codes and articles, no persons and no free text; facts and reasons are read over HTTP.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class PenaltyFacts(Event):
    """A decision on a penalty, as it stands after the event."""

    subject_field: ClassVar[str] = "penalty_id"

    penalty_id: UUID
    organization_id: UUID
    district: str
    status: str = Field(description="decided、served、executed、withdrawn")
    authority: str = Field(description="处罚机关的名称")
    authority_district: str = Field(description="处罚机关的区划代码")
    authority_credit_code: str | None = Field(
        default=None, description="处罚机关的统一社会信用代码"
    )
    decision_number: str = Field(description="决定书文号")
    sanctions: list[str] = Field(
        description="warning 警告；confiscation 没收；fine 罚款；suspension 限期停止活动；"
        "revocation 撤销登记"
    )
    violations: list[str] = Field(description="违法行为的代码")
    basis: list[str] = Field(description="处罚依据的条文")
    fine_fen: int = 0
    confiscation_fen: int = 0
    suspension_months: int = 0
    decided_on: date


class PenaltyDecided(PenaltyFacts):
    """作出行政处罚决定; it takes effect when it is served."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.decided"


class PenaltyServed(PenaltyFacts):
    """处罚决定书已送达: it is in force from now on."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.served"
    served_on: date
    effect: str = Field(description="对登记的效力：none、suspended、revoked")
    effective_from: date
    effective_until: date | None = Field(default=None, description="限期停止活动的最后一日")


class PenaltyExecuted(PenaltyFacts):
    """执行完毕."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.executed"
    executed_on: date


class PenaltyPublished(PenaltyFacts):
    """公示."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.published"
    publication_class: str = Field(description="minor 轻微；ordinary 一般；serious 严重")
    published_on: date
    publication_least_until: date = Field(description="最短公示期的最后一日，期满可以申请信用修复")
    publication_until: date = Field(description="公示期的最后一日")


class PenaltyUnpublished(PenaltyFacts):
    """公示期满，停止公示."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.unpublished"
    unpublished_on: date


class PenaltyWithdrawn(PenaltyFacts):
    """撤销处罚决定: it counts as never given; whoever shows it takes it off in time."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.withdrawn"
    withdrawn_on: date
    ground: str = Field(description="reconsideration、judgment、self-correction、supervision")
    effect_undone: bool = Field(description="对登记的效力已经恢复")
    remove_until: date = Field(description="从网站撤下的最后一日（行政处罚法第四十八条）")


class PenaltyReminded(Event):
    """A period of a case runs out, or has. It does not tell whose case it is."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.reminded"
    subject_field: ClassVar[str] = "penalty_id"

    penalty_id: UUID
    district: str
    stage: str = Field(description="decision 决定；service 送达；payment 缴款；publication 公示")
    notice: str = Field(description="due-soon 临近到期；overdue 超过期限")
    due_on: date


EVENTS = (
    PenaltyDecided,
    PenaltyServed,
    PenaltyExecuted,
    PenaltyPublished,
    PenaltyUnpublished,
    PenaltyWithdrawn,
    PenaltyReminded,
)
