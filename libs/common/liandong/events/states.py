"""Latest states: what a partner who begins today reads first, instead of every event ever.

A service declares the kinds of aggregates whose state partners may see. For each there is one
record in the compacted topic ``liandong.<service>.state``, under the key ``<kind>:<id>``: the
fields of the state as the latest event told them, with that event's sequence; or nothing (a
tombstone) once the aggregate is shown no longer. The state is told before the event that led to
it, so whoever notes the end of the event topic, reads the states and goes on from there has
missed nothing (ADR 15).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

import structlog
from pydantic_core import from_json, to_json
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.events.contract import Event
from liandong.transports.base import Outgoing

log = structlog.get_logger(__name__)

SUFFIX = ".state"
"""Behind the name of a service's topic."""
TOMBSTONE = b""
"""The payload of an aggregate that is shown no longer; on Kafka a record without a value."""


class State(Event):
    """What partners are shown of an aggregate; ``type`` ends in ``.state``. No personal data."""

    @classmethod
    def topic(cls) -> str:
        return super().topic() + SUFFIX

    @property
    def key(self) -> str:
        """Of the record: of all records with one key Kafka keeps the last."""
        return state_key(type(self), self.subject)


def state_key(state: type[State], subject: UUID | str) -> str:
    return f"{state.subject_kind()}:{subject}"


class Snapshot(NamedTuple):
    """One aggregate as its own table has it; ``state`` is None when it is shown no longer."""

    id: UUID
    version: int
    key: str
    """The key of the aggregate's events: its states are told in order with them."""
    district: str | None
    state: State | None


Page = Callable[[AsyncSession, UUID | None, int], Awaitable[Sequence[Snapshot]]]
"""At most so many aggregates behind an id, by id, their rows locked against changes."""


@dataclass(frozen=True)
class StateKind:
    """A kind of aggregate with a state. Raises TypeError where an event cannot tell the state."""

    state: type[State]
    told_by: Sequence[type[Event]]
    """Events of the aggregate that carry every field of the state."""
    page: Page
    """Reads the same from the tables, to tell all of it once more."""
    ended_by: Sequence[type[Event]] = ()
    """Events after which the aggregate is shown no longer."""

    def __post_init__(self) -> None:
        fields = set(self.state.model_fields)
        for event in (*self.told_by, *self.ended_by):
            missing = fields - set(event.model_fields) if event in self.told_by else set[str]()
            if missing or event.subject_field != self.state.subject_field:
                raise TypeError(f"{event.type} does not tell {self.state.type}: {sorted(missing)}")


class StateBook:
    """The states of a service, by the events that tell them."""

    def __init__(self, kinds: Sequence[StateKind]) -> None:
        self._kinds: Mapping[str, tuple[type[State], bool]] = {
            event.type: (kind.state, event in kind.ended_by)
            for kind in kinds
            for event in (*kind.told_by, *kind.ended_by)
        }

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def after(self, event: Outgoing) -> Outgoing | None:
        """The state after the event; None when the event tells of none."""
        found = self._kinds.get(event.attributes["type"])
        if found is None:
            return None
        state, ended = found
        try:
            payload = TOMBSTONE if ended else _chosen(event.payload, state)
        except ValueError:  # the event itself goes its way: its readers set it aside
            log.error("state_not_told", event_id=str(event.id), type=event.attributes["type"])
            return None
        attributes = event.attributes | {
            "id": str(uuid5(event.id, SUFFIX)),  # the same whenever the event is sent again
            "type": state.type,
            "dataschema": state.dataschema(),
            "causationid": str(event.id),
        }
        key = state_key(state, event.attributes["subject"])
        return Outgoing(event.seq, event.id, event.topic + SUFFIX, key, attributes, payload)


def restated(row: Outgoing) -> Outgoing:
    """A state that was written into the outbox, under the key of its record."""
    state_type, subject = row.attributes["type"], row.attributes["subject"]
    return row._replace(key=f"{state_type.split('.')[3]}:{subject}")


def _chosen(payload: bytes, state: type[State]) -> bytes:
    """The state's fields. Not validated: an event of an older version lacks what it lacks."""
    told = from_json(payload)
    if not isinstance(told, dict):
        raise ValueError("the payload is no object")
    return to_json({name: told[name] for name in state.model_fields if name in told})
