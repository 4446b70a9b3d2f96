"""How this service obeys measures and tells that it did."""

from typing import Final

from funding.measures.domain import HOLD_PAYMENTS, PRIORITY_FUNDING
from funding.measures.events import MeasureApplied, MeasureLifted
from funding.measures.models import ObeyedListing
from liandong.measures.obedience import Obedience

OBEYING: Final = Obedience(
    service="funding",
    effects=frozenset({HOLD_PAYMENTS, PRIORITY_FUNDING}),
    table=ObeyedListing,
    applied=MeasureApplied,
    lifted=MeasureLifted,
)
