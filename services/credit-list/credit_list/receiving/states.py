"""The latest state of every entry that another department or city still says (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.receiving.models import ForeignListing
from liandong.events.states import State, StateKind


class ForeignListingState(State):
    """外部列入, while at least one sender says so. It lists nobody here."""

    type: ClassVar[str] = "cn.liandong.credit-list.foreign-listing.state"
    subject_field: ClassVar[str] = "foreign_listing_id"

    foreign_listing_id: UUID
    organization_id: UUID
    district: str
    kind: str = Field(description="名单代码，见规则集 credit-list.receiving")
    adverse: bool
    decided_on: date
    ends_on: date | None = Field(default=None, description="来源单位所定的最后一日")


def _told(listing: ForeignListing) -> ForeignListingState | None:
    if not listing.stands:
        return None
    return ForeignListingState(
        foreign_listing_id=listing.id,
        organization_id=listing.organization_id,
        district=listing.district,
        kind=listing.kind,
        adverse=listing.adverse,
        decided_on=listing.decided_on,
        ends_on=listing.ends_on,
    )


FOREIGN_LISTING_STATES = StateKind(ForeignListingState, ForeignListing, _told)
