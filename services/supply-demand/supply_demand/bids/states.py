"""The latest state of every bid (ADR 15)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from supply_demand.bids.domain import Status
from supply_demand.bids.models import Bid


class BidState(State):
    """投标的最新状态. Never an amount or a plan, since states are read before the opening; and no
    reason: that a bid ended by a listing would stay to be read when the listing is repaired."""

    type: ClassVar[str] = "cn.liandong.supply-demand.bid.state"
    subject_field: ClassVar[str] = "bid_id"

    bid_id: UUID
    tender_id: UUID
    organization_id: UUID
    district: str = Field(description="采购项目的行政区划代码")
    status: str = Field(description="submitted、disqualified、lost、won；撤回的不再显示")


def _told(bid: Bid) -> BidState | None:
    if bid.status is Status.WITHDRAWN:
        return None
    return BidState(
        bid_id=bid.id,
        tender_id=bid.tender_id,
        organization_id=bid.organization_id,
        district=bid.district,
        status=bid.status.value,
    )


BID_STATES = StateKind(BidState, Bid, _told)
