"""The latest state of every penalty that is on public display (ADR 15)."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from liandong.events.states import State, StateKind
from registry.penalties.events import PenaltyFacts
from registry.penalties.models import Penalty


class PenaltyState(State, PenaltyFacts):
    """公示中的行政处罚. It goes when its publication ends or the decision is withdrawn: whoever
    shows it takes it off as well. Cases that were never published are shown to nobody."""

    type: ClassVar[str] = "cn.liandong.registry.penalty.state"
    publication_class: str = Field(description="minor 轻微；ordinary 一般；serious 严重")
    published_on: date
    publication_until: date = Field(description="公示期的最后一日")


def _told(penalty: Penalty) -> PenaltyState | None:
    if not penalty.is_published or penalty.withdrawn_on is not None:
        return None
    return PenaltyState.model_validate(
        penalty.facts()
        | {
            "publication_class": penalty.publication_class,
            "published_on": penalty.published_on,
            "publication_until": penalty.publication_until,
        }
    )


PENALTY_STATES = StateKind(
    PenaltyState, Penalty, _told, ever_shown=Penalty.published_on.is_not(None)
)
