"""The latest state of every entry that another department or city still says (ADR 15)."""

from typing import ClassVar

from credit_list.receiving.events import ForeignListingFacts
from credit_list.receiving.models import ForeignListing
from liandong.events.states import State, StateKind


class ForeignListingState(State, ForeignListingFacts):
    """外部列入, while at least one sender says so. It lists nobody here."""

    type: ClassVar[str] = "cn.liandong.credit-list.foreign-listing.state"


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
        record_id=listing.record_id,
    )


FOREIGN_LISTING_STATES = StateKind(ForeignListingState, ForeignListing, _told)
