"""Effects of credit-list's catalogue of measures that are executed here. Pure."""

from typing import Final

BAR_BIDS: Final = "bar-bids"
LIMIT_BIDS: Final = "limit-bids"
PRIORITY_PURCHASE: Final = "priority-purchase"

BID_MARKS: Final = frozenset({LIMIT_BIDS, PRIORITY_PURCHASE})
"""Shown to officials on a bid; they never decide by themselves."""
