"""What the registry publishes about liquidations."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class LiquidationFacts(Event):
    subject_field: ClassVar[str] = "liquidation_id"

    liquidation_id: UUID
    organization_id: UUID
    district: str
    ground: str = Field(
        description="revocation、purpose_achieved、dissolution、merger_or_division、other"
    )
    status: str = Field(description="due、running、ended、closed、withdrawn")


class LiquidationBegun(LiquidationFacts):
    """开始清算: until it ends the body does nothing else."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.begun"
    triggered_on: date
    due_on: date = Field(description="成立清算组的最后一日")


class LiquidationFormed(LiquidationFacts):
    """清算组成立."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.formed"
    formed_on: date


class LiquidationEnded(LiquidationFacts):
    """清算结束."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.ended"
    ended_on: date
    due_on: date = Field(description="申请注销登记的最后一日")


class LiquidationReminded(LiquidationFacts):
    """The period of the present stage runs out."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.reminded"
    stage: str = Field(description="group 成立清算组；application 申请注销")
    due_on: date


class LiquidationOverdue(LiquidationFacts):
    """逾期; told once for each stage."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.overdue"
    stage: str = Field(description="group 成立清算组；application 申请注销")
    due_on: date


class LiquidationClosed(LiquidationFacts):
    """已注销登记，清算办结."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.closed"
    closed_on: date


class LiquidationWithdrawn(LiquidationFacts):
    """终止清算: the body goes on."""

    type: ClassVar[str] = "cn.liandong.registry.liquidation.withdrawn"
    withdrawn_on: date


EVENTS = (
    LiquidationBegun,
    LiquidationFormed,
    LiquidationEnded,
    LiquidationReminded,
    LiquidationOverdue,
    LiquidationClosed,
    LiquidationWithdrawn,
)
