"""From messages as they arrived to the events of one group, or to what is wrong with them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import ValidationError

from liandong.events.contract import Event
from liandong.events.envelope import Envelope, MalformedEnvelope, read_envelope
from liandong.events.subscriptions import Subscription
from liandong.transports.base import Delivery

_MALFORMED = uuid.UUID("6c69616e-646f-5e67-8000-6d616c666f72")
"""Namespace of the ids given to messages that carry none."""


class Item(NamedTuple):
    """One subscribed event of a batch, parsed once for each subscription."""

    delivery: Delivery
    envelope: Envelope
    events: Sequence[tuple[Subscription, Event]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A message of the batch that cannot be read as the event it claims to be."""

    delivery: Delivery
    event_id: uuid.UUID
    type: str
    key: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class DeliveryReader:
    """Reads deliveries for one group: its subscriptions by type, and the services it reads."""

    by_type: Mapping[str, Sequence[Subscription]]
    services: frozenset[str]

    def read(self, delivery: Delivery) -> Item | Broken | None:
        """None for events that this group does not read."""
        try:
            envelope = read_envelope(delivery.attributes, delivery.payload)
        except MalformedEnvelope as error:
            return broken(delivery, "malformed-envelope", str(error))
        subscriptions = self.by_type.get(envelope.type)
        if subscriptions is None:
            parts = envelope.type.split(".")
            if parts[:2] == ["cn", "liandong"] and len(parts) == 5 and parts[2] in self.services:
                return None
            return broken(delivery, "unknown-type", f"type {envelope.type!r}")
        if not envelope.dataschema.rpartition(":")[2].isdecimal():
            return broken(delivery, "unknown-version", f"{envelope.dataschema!r}")
        try:
            events = [(one, one.event.read(envelope.payload)) for one in subscriptions]
        except (ValidationError, ValueError) as error:
            return broken(delivery, "invalid-payload", without_values(error))
        return Item(delivery, envelope, events)


def broken(delivery: Delivery, reason: str, detail: str) -> Broken:
    """The message, with an id that is the same at every delivery."""
    try:
        event_id = uuid.UUID(str(delivery.attributes.get("id")))
    except ValueError:
        event_id = uuid.uuid5(_MALFORMED, f"{delivery.lane}/{delivery.offset}")
    return Broken(
        delivery=delivery,
        event_id=event_id,
        type=str(delivery.attributes.get("type", "")),
        key=delivery.key or delivery.attributes.get("partitionkey"),
        reason=reason,
        detail=detail,
    )


def runs(items: Sequence[Item]) -> list[list[Item]]:
    """Neighbours that go to the same handlers, so that a handler of many sees them together."""
    found: list[list[Item]] = []
    before: object = None
    for item in items:
        handlers = [subscription.handler for subscription, _ in item.events]
        if found and handlers == before:
            found[-1].append(item)
        else:
            found.append([item])
        before = handlers
    return found


def without_values(error: Exception) -> str:
    """What went wrong, without the values, which may be personal data."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors()[:20]
        )
    return f"{type(error).__name__}: {str(error).splitlines()[0][:300] if str(error) else ''}"
