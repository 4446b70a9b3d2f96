"""The count after a fault: what was committed, what was published, what had an effect.

Nothing here is told by the test itself: what was committed is read from the probe's aggregates
(every version of a thing is one event), what was published from its feed and its topic, what had
an effect from the mirror's own rows.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from liandong.db.engine import asyncpg_arguments
from liandong.events.envelope import from_kafka_headers

Version = tuple[str, int]
"""One event: the aggregate and its version."""


@dataclass(frozen=True)
class Tally:
    """``lost``, ``duplicated`` and ``inverted`` count events; a promise kept makes all three 0."""

    committed: int = 0
    published: int = 0
    effects: int = 0
    lost: int = 0
    """Committed, but not in the feed, the topic or among the effects; or half an effect."""
    duplicated: int = 0
    """Twice in the feed, or with two effects. Sent twice with one id is allowed: see ``resent``."""
    inverted: int = 0
    """Behind a later version of its aggregate, where it first appears."""
    resent: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )

    @property
    def whole(self) -> bool:
        return not (self.lost or self.duplicated or self.inverted)


@dataclass(frozen=True)
class Topic:
    """Where the probe's events are on Kafka."""

    bootstrap: str
    name: str


async def take(
    probe_url: str,
    mirror_url: str | None = None,
    topic: Topic | None = None,
    *,
    discarded: Iterable[str] = (),
    by_time: bool = False,
) -> Tally:
    """Counts. ``discarded`` are ids of events that somebody gave up on purpose; ``by_time``: see
    :func:`records`."""
    committed = await _committed(probe_url)
    feed = await fed(probe_url)
    version_of = dict(feed)
    found = _compare(committed, [version for _, version in feed])
    if topic is not None:
        sent = await records(topic, by_time=by_time)
        first_seen = list(dict.fromkeys(sent))
        on_topic = _compare(committed, [version for _, version in first_seen])
        found += Tally(
            lost=on_topic.lost,
            duplicated=on_topic.duplicated,
            inverted=on_topic.inverted,
            resent=len(sent) - len(first_seen),
        )
    if mirror_url is not None:
        effects = [version_of[event_id] for event_id in await _effects(mirror_url)]
        expected = committed - {version_of[event_id] for event_id in discarded}
        seen = _compare(expected, effects)
        found += Tally(
            effects=len(effects),
            lost=seen.lost,
            duplicated=seen.duplicated,
            inverted=seen.inverted,
        )
    return found + Tally(committed=len(committed), published=len(feed))


def _compare(committed: set[Version], seen: Sequence[Version]) -> Tally:
    """What is missing, doubled or behind a later one. What nobody committed counts as doubled."""
    counts = Counter(seen)
    latest: dict[str, int] = defaultdict(int)
    inverted = 0
    for subject, sequence in dict.fromkeys(seen):
        inverted += sequence < latest[subject]
        latest[subject] = max(latest[subject], sequence)
    return Tally(
        lost=len(committed - set(counts)),
        duplicated=sum(counts.values()) - len(counts) + len(set(counts) - committed),
        inverted=inverted,
    )


async def _committed(url: str) -> set[Version]:
    rows = await _rows(url, "SELECT id, version FROM thing")
    return {(str(row["id"]), sequence) for row in rows for sequence in range(1, row["version"] + 1)}


async def fed(url: str) -> list[tuple[str, Version]]:
    """Every event of a service's feed, in its order."""
    rows = await _rows(
        url,
        "SELECT id, headers->>'subject' AS subject,"
        " CAST(headers->>'sequence' AS bigint) AS sequence"
        " FROM backbone.event_feed ORDER BY position",
    )
    return [(str(row["id"]), (row["subject"], row["sequence"])) for row in rows]


async def _effects(url: str) -> list[str]:
    return [
        row["event_id"] for row in await _rows(url, "SELECT event_id FROM effect ORDER BY place")
    ]


async def _rows(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def records(topic: Topic, *, by_time: bool = False) -> list[tuple[str, Version]]:
    """Every record of the topic, partition after partition, in the order of each.

    ``by_time``: by their time instead, for a topic whose keys have moved to other partitions.
    """
    consumer = AIOKafkaConsumer(
        topic.name,
        bootstrap_servers=topic.bootstrap,
        enable_auto_commit=False,
        group_id=None,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        partitions: list[TopicPartition] = sorted(consumer.assignment())
        assert partitions, f"no partitions of {topic.name} are known"
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[int, tuple[str, Version]]] = []
        for partition in partitions:
            async with asyncio.timeout(60):
                while await consumer.position(partition) < ends[partition]:
                    page = await consumer.getmany(partition, timeout_ms=200)
                    for record in page.get(partition, ()):
                        attributes = from_kafka_headers(record.headers)
                        version = (str(attributes["subject"]), int(str(attributes["sequence"])))
                        found.append((record.timestamp, (str(attributes["id"]), version)))
        if by_time:
            found.sort(key=itemgetter(0))
        return [one for _, one in found]
    finally:
        await consumer.stop()
