"""How this service obeys measures and tells that it did."""

from typing import Final

from evaluation.measures.domain import REVIEW_GRADE
from evaluation.measures.events import MeasureApplied, MeasureLifted
from evaluation.measures.models import ObeyedListing
from liandong.measures.obedience import Obedience

OBEYING: Final = Obedience(
    service="evaluation",
    effects=frozenset({REVIEW_GRADE}),
    table=ObeyedListing,
    applied=MeasureApplied,
    lifted=MeasureLifted,
)
