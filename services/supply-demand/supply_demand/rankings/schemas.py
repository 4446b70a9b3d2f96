"""What goes over HTTP about evaluation lists."""

from uuid import UUID

from pydantic import BaseModel, Field

from supply_demand.tenders.domain import Priority


class PlaceRead(BaseModel):
    """评审名单中的一份有效投标。"""

    rank: int = Field(description="名次；无法区分先后的并列")
    bid_id: UUID
    organization_id: UUID
    amount_fen: int = Field(description="报价（分），成交以此为准")
    evaluated_fen: int = Field(description="评审用的报价（分），优先承接的扣除只用于排序")
    marks: list[str] = Field(description="现行奖惩措施的提示")
    reasons: list[str] = Field(description="名次的理由")


class RankingRead(BaseModel):
    """评审名单：按报价排序，供评审参考；成交由有权的人确定，可以选择任何一份有效投标。"""

    rule_set: str
    priority: Priority = Field(description="守信激励对象优先承接的办法与依据")
    places: list[PlaceRead]
    awarded_bid_id: UUID | None = Field(default=None, description="中标的投标；未成交的为空")
