"""What the current listings mean for bids and payments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from credit_list.listings.models import Listing
from credit_list.texts import Codes

BAR_BIDS: Final = "bar-bids"
HOLD_PAYMENTS: Final = "hold-payments"


@dataclass(frozen=True, slots=True)
class Standing:
    barred_from_bids: bool
    payments_held: bool
    reasons: Codes


def standing_of(listings: Sequence[Listing], effects: Collection[str] = ()) -> Standing:
    """A restriction holds when any current listing names it, or a measure in force has its
    effect; each has its reason."""
    found = {code for listing in listings for code in listing.measures} | set(effects)
    return Standing(
        barred_from_bids=BAR_BIDS in found,
        payments_held=HOLD_PAYMENTS in found,
        reasons=[_reason(listing) for listing in listings],
    )


def _reason(listing: Listing) -> str:
    day = listing.listed_on
    words = f"{day.year}年{day.month}月{day.day}日列入{listing.list.label}"
    words += f"（{listing.trigger_text}）"
    return f"{words}：{'；'.join(listing.measure_texts)}" if listing.measure_texts else words
