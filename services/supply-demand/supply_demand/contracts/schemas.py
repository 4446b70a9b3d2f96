"""What goes over HTTP about contracts."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from supply_demand.eligibility.schemas import RuleRead
from supply_demand.fields import Body, Text


class AwardTender(Body):
    """确定成交。"""

    bid_id: UUID
    reason: Text = Field(default="", max_length=1000, description="评审意见")


class ContractRead(BaseModel):
    """成交合同。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    tender_id: UUID
    bid_id: UUID
    organization_id: UUID
    district: str
    amount_fen: int
    term_months: int
    awarded_on: date
    reason: str
    eligibility: list[RuleRead]
    priority: list[str] = Field(description="守信激励等对中标人名次的影响及依据；空为没有")
    rule_set: str
    created_at: datetime
    updated_at: datetime
