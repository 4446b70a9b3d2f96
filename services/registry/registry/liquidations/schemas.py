"""What goes over HTTP about liquidations."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.days import IsoDay
from liandong.values.money import Fen
from liandong.values.text import Text
from registry.liquidations.domain import Ground, Status
from registry.liquidations.models import Liquidation
from registry.organizations.schemas import LAST_DAY


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BeginLiquidation(_Closed):
    organization_id: UUID
    ground: Ground
    triggered_on: IsoDay = Field(le=LAST_DAY, description="撤销登记或者决定终止的日期")


class FormGroup(_Closed):
    formed_on: IsoDay = Field(le=LAST_DAY)
    members: int = Field(ge=1, le=1000, description="清算组人数")


class EndLiquidation(_Closed):
    """清算报告。"""

    ended_on: IsoDay = Field(le=LAST_DAY)
    assets_fen: Fen = Field(description="清偿后的剩余财产")
    debts_fen: Fen = Field(description="尚未清偿的债务")
    summary: Text = Field(min_length=2, max_length=4000, description="清算报告摘要，不写个人信息")


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500)


class LiquidationRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    district: str
    ground: Ground
    status: Status
    status_label: str
    triggered_on: date
    formed_on: date | None
    members: int
    ended_on: date | None
    assets_fen: int
    debts_fen: int
    summary: str
    overdue_on: date | None = Field(description="当前阶段自该日起逾期")
    closed_on: date | None
    reason: str
    rule_set: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: Liquidation) -> "LiquidationRead":
        shown = {name: getattr(one, name) for name in set(cls.model_fields) - {"status_label"}}
        return cls.model_validate({**shown, "status_label": one.status.label})
