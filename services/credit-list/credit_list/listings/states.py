"""The latest state of every current listing, for partners who begin today (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.listings.domain import Status
from credit_list.listings.models import Listing
from credit_list.texts import Codes
from liandong.events.states import State, StateKind


class ListingState(State):
    """列入名单的最新状态, while the listing stands. Whatever ends it (repair, removal, correction,
    another list, its last day) takes it away: publication stops with the repair (NDRC Order 36).
    Single measures are told by the events of the measures."""

    type: ClassVar[str] = "cn.liandong.credit-list.listing.state"
    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = Field(description="作出列入决定的机关所在行政区划")
    list: str = Field(description="serious、abnormal、red")
    trigger: str = Field(description="列入情形代码")
    listed_on: date
    exit_not_before: date | None = Field(default=None, description="最早可移出日期")
    measures: Codes = Field(description="措施代码，例如 bar-bids、hold-payments、review-grade")
    rule_set: str


def _told(listing: Listing) -> ListingState | None:
    if listing.status is not Status.LISTED:
        return None
    return ListingState(
        listing_id=listing.id,
        organization_id=listing.organization_id,
        district=listing.district,
        list=listing.list.value,
        trigger=listing.trigger,
        listed_on=listing.listed_on,
        exit_not_before=listing.exit_not_before,
        measures=listing.measures,
        rule_set=listing.rule_set,
    )


LISTING_STATES = StateKind(ListingState, Listing, _told)
