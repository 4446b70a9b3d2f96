"""How this service obeys measures and tells that it did."""

from typing import Final

from liandong.measures.obedience import Obedience
from supply_demand.measures.domain import BAR_BIDS, LIMIT_BIDS, PRIORITY_PURCHASE
from supply_demand.measures.events import MeasureApplied, MeasureLifted
from supply_demand.measures.models import ObeyedListing

OBEYING: Final = Obedience(
    service="supply-demand",
    effects=frozenset({BAR_BIDS, LIMIT_BIDS, PRIORITY_PURCHASE}),
    table=ObeyedListing,
    applied=MeasureApplied,
    lifted=MeasureLifted,
)
