"""What is published about bids; never an amount, since the feed is read before the opening."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class BidSubmitted(Event):
    """投标已递交."""

    type: ClassVar[str] = "cn.liandong.supply-demand.bid.submitted"
    subject_field: ClassVar[str] = "bid_id"

    bid_id: UUID
    tender_id: UUID
    organization_id: UUID
    district: str = Field(description="采购项目的行政区划代码")


class BidDisqualified(Event):
    """投标资格被取消: final, also when its cause ends later."""

    type: ClassVar[str] = "cn.liandong.supply-demand.bid.disqualified"
    subject_field: ClassVar[str] = "bid_id"

    bid_id: UUID
    tender_id: UUID
    organization_id: UUID
    district: str
    reason: str = Field(description="listed、suspended、cancelled、revoked")
    listing_id: UUID | None = None


EVENTS = (BidSubmitted, BidDisqualified)
