"""A broker that fits into a test: two ordered lanes, and it may take only a part of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from liandong.db.unit_of_work import shard_of
from liandong.transports.base import Delivery, FeedOnly, Outgoing, PublishReport

LANES = ("probe/0", "probe/1")


@dataclass
class Broker(FeedOnly):
    """Keeps what was produced; ``takes`` is how many messages of the next batch it accepts."""

    lanes: dict[str, list[Delivery]] = field(default_factory=lambda: {name: [] for name in LANES})
    takes: int | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        taken = messages if self.takes is None else messages[: self.takes]
        self.takes = None
        for message in taken:
            lane = LANES[shard_of(message.key) % len(LANES)]
            self.lanes[lane].append(
                Delivery(
                    topic=message.topic,
                    lane=lane,
                    offset=str(len(self.lanes[lane])),
                    key=message.key,
                    attributes=message.attributes,
                    payload=message.payload,
                )
            )
        return PublishReport(frozenset(message.seq for message in taken), {})
