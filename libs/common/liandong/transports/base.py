"""What the backbone asks of a transport. Two implementations pass one suite: Kafka and the feed.

A *publisher* carries events out, a *source* brings other services' events in. Both promise at
least once and per-key order; that each effect happens once is the consumer's promise.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

FEED_LANE = "feed"
MAX_REQUEST_BYTES = 1_048_576
LARGEST_PAYLOAD = MAX_REQUEST_BYTES - 4096
"""Bytes of the largest event that is sent to Kafka; the rest is for its headers."""


class Outgoing(NamedTuple):
    """One outbox row on its way out."""

    seq: int
    id: UUID
    topic: str
    key: str
    attributes: dict[str, str]
    payload: bytes


class Delivery(NamedTuple):
    """One message as it arrived, not yet known to be an event of ours.

    ``lane`` is what keeps its own order (a topic's partition, a service's feed);
    ``offset`` locates the message in the lane.
    """

    topic: str
    lane: str
    offset: str
    key: str | None
    attributes: dict[str, Any]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one or several lanes, in the order of each. ``token`` is the source's own mark
    for ``done``."""

    deliveries: Sequence[Delivery]
    token: Any


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What became of a batch: the ``seq`` of what the broker took, and what it will never take.

    What is in neither stays in the outbox and is sent again, with the same ids.
    """

    accepted: frozenset[int]
    refused: dict[int, str]


class Publisher(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        """Carries the messages out. Within one key, if a message is not accepted, none behind it
        in ``messages`` is."""
        ...


class Source(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    def batches(self) -> AsyncIterator[Batch]:
        """Batches as they come; waits when there is nothing. Each lane keeps its order."""
        ...

    async def done(self, batch: Batch) -> None:
        """The batch's effects are in the database: it need not be delivered again."""
        ...

    async def lag(self) -> dict[str, int]:
        """Messages behind the end of each lane, as far as known."""
        ...


class FeedOnly:
    """The publisher of a platform without a broker: the event feed is the publication."""

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        return PublishReport(frozenset(message.seq for message in messages), {})
