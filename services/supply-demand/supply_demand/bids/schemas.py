"""What goes over HTTP about bids."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.identity.actors import Actor
from liandong.values.money import Fen
from supply_demand.bids.domain import Status, is_sealed
from supply_demand.bids.models import Bid
from supply_demand.fields import Body, Text
from supply_demand.tenders.models import Tender


class SubmitBid(Body):
    """投标。organization_id 不填即为本组织。"""

    organization_id: UUID | None = None
    amount_fen: Annotated[Fen, Field(ge=1)]
    plan: Text = Field(default="", max_length=8000, description="服务方案")


class BidRead(BaseModel):
    """投标。截标前，报价和方案只有投标人自己可见（sealed 为 true 时为空）。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    tender_id: UUID
    organization_id: UUID
    status: Status
    sealed: bool
    amount_fen: int | None
    plan: str | None
    ended_reason: str | None
    listing_id: UUID | None
    rule_set: str
    marks: list[str] = Field(
        default_factory=list[str],
        description="现行奖惩措施的提示，只供采购人员参考：priority-purchase 优先承接，limit-bids "
        "列入活动异常名录",
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def for_reader(
        cls, bid: Bid, tender: Tender, actor: Actor, marks: Collection[str] = ()
    ) -> "BidRead":
        sealed = is_sealed(tender.status, own=actor.owns(bid.organization_id))
        return cls(
            id=bid.id,
            version=bid.version,
            tender_id=bid.tender_id,
            organization_id=bid.organization_id,
            status=bid.status,
            sealed=sealed,
            amount_fen=None if sealed else bid.amount_fen,
            plan=None if sealed else bid.plan,
            ended_reason=bid.ended_reason,
            listing_id=bid.listing_id,
            rule_set=bid.rule_set,
            marks=sorted(marks),
            created_at=bid.created_at,
            updated_at=bid.updated_at,
        )
