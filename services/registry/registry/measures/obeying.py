"""How this service obeys measures and tells that it did."""

from typing import Final

from liandong.measures.obedience import Obedience
from registry.measures.domain import KEY_SUPERVISION
from registry.measures.events import MeasureApplied, MeasureLifted
from registry.measures.models import ObeyedListing

OBEYING: Final = Obedience(
    service="registry",
    effects=frozenset({KEY_SUPERVISION}),
    table=ObeyedListing,
    applied=MeasureApplied,
    lifted=MeasureLifted,
)
