"""The relay: carries committed events from the outbox to the broker and to the feed.

One relay owns a shard at a time, by an advisory lock on the connection with which it reads the
shard, appends to the feed and deletes: when that connection dies, its ownership and its open
transaction die with it. Order of one batch: read, produce, await every acknowledgement, then
append and delete in one transaction. A relay that dies between sends the same ids again. Under
load the next batch is on its way while this one is appended; it is sent only after this one was
taken whole, so the topic's order is that of the outbox whatever fails.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import structlog

from liandong.db.engine import connect
from liandong.db.unit_of_work import SHARDS
from liandong.events.spans import FEED, KAFKA, sending
from liandong.events.states import SUFFIX
from liandong.faults import reach
from liandong.metrics import RELAY_BLOCKED, RELAY_FAILED, RELAY_PUBLISHED, RELAY_WAIT
from liandong.settings import Settings
from liandong.transports.base import Outgoing, Publisher, PublishReport

log = structlog.get_logger(__name__)

SHARD_LOCKS = 0x4C44_0001
"""The class of the advisory locks by which relays own shards; "LD"."""
_BATCHES_PER_STEP = 20  # then shards that became free are looked for
FEED_LOCK = 0x4C44_0002_0000_0000  # held while positions of the feed are given

_CLAIM = """
    SELECT o.seq, o.id, o.topic, o.aggregateid, o.headers, o.payload, o.written_at
    FROM backbone.outbox o
    WHERE o.shard = ANY($1::smallint[])
      AND o.seq <> ALL ($3::bigint[])
      AND NOT EXISTS (SELECT 1 FROM backbone.outbox_blocked b WHERE b.aggregateid = o.aggregateid)
    ORDER BY o.seq
    LIMIT $2
"""
_PUBLISH = """
    WITH gone AS (
        DELETE FROM backbone.outbox WHERE seq = ANY($1::bigint[])
        RETURNING seq, id, topic, aggregateid, type, district, headers, payload)
    INSERT INTO backbone.event_feed (id, key, type, district, headers, payload)
    SELECT id, aggregateid, type, district, headers, payload FROM gone
    WHERE NOT topic LIKE '%.state'  -- a state that was told once more is no event
    ORDER BY seq
"""


_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says of a backend that ended in mid-sentence
)


@dataclass
class Relay:
    """Publishes until it is stopped. Failures are logged, counted and retried with a pause."""

    settings: Settings
    publisher: Publisher
    batch_size: int = 1000
    idle_seconds: tuple[float, float] = (0.005, 0.1)
    """Shortest and longest pause between two looks at an empty outbox."""
    produce_seconds: float = 30.0
    appended: Callable[[], None] = lambda: None
    """Called after events were appended to the feed; wakes readers in the same process."""

    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _owned: list[int] = field(default_factory=list)
    _written: dict[int, datetime] = field(default_factory=dict)
    """When the events that were claimed and not yet published were written; states are not
    counted as events."""
    _connection: asyncpg.Connection | None = None
    _next_lock_attempt: float = 0.0

    def nudge(self) -> None:
        """Says that something was committed; the relay looks at once."""
        self._wake.set()

    @property
    def owned_shards(self) -> tuple[int, ...]:
        return tuple(self._owned)

    async def run(self) -> None:
        """Runs until cancelled."""
        await self.publisher.start()
        pause, failures = self.idle_seconds[0], 0
        try:
            while True:
                try:
                    published = await self.step()
                    failures = 0
                except _PASSING as e:
                    failures += 1
                    RELAY_FAILED.labels(self.settings.service).inc()
                    log.warning("relay_failed", error=type(e).__name__, failures=failures)
                    await self._drop_connection()
                    await self._sleep(min(0.1 * 2**failures, 5.0))
                    continue
                if published:
                    pause = self.idle_seconds[0]
                else:
                    await self._sleep(pause)
                    pause = min(pause * 1.5, self.idle_seconds[1])
        finally:
            await self._drop_connection()
            await self.publisher.stop()

    async def step(self) -> int:
        """Batch after batch while they are full; how many events it published.

        Takes what shards it can get first. While the broker takes one batch, the connection
        appends the one before and claims the one behind.
        """
        connection = await self._connected()
        await self._take_shards(connection)
        if not self._owned:
            return 0
        published = 0
        waiting = await self._claim(connection, ())
        taken: list[int] = []
        for _ in range(_BATCHES_PER_STEP):
            if not waiting:
                break
            producing = asyncio.create_task(self._produce(waiting))
            try:
                published += await self._append(connection, taken)
                full = len(waiting) == self.batch_size
                behind = await self._claim(connection, waiting) if full else []
                report = await producing
            finally:
                producing.cancel()
                await asyncio.gather(producing, return_exceptions=True)
            taken = [message.seq for message in waiting if message.seq in report.accepted]
            if len(taken) < len(waiting):
                published += await self._append(connection, taken)
                await self._not_taken(connection, waiting, report)
                return published
            waiting = behind
        return published + await self._append(connection, taken)

    async def _claim(
        self, connection: asyncpg.Connection, in_flight: Sequence[Outgoing]
    ) -> list[Outgoing]:
        """The oldest events of the own shards but those in flight, at most one batch."""
        known = [message.seq for message in in_flight]
        rows = await connection.fetch(_CLAIM, self._owned, self.batch_size, known)
        if rows:
            events = (row for row in rows if not row["topic"].endswith(SUFFIX))
            self._written |= {row["seq"]: row["written_at"] for row in events}
            await reach("relay.after_claim")
        return [_outgoing(row) for row in rows]

    async def _produce(self, messages: Sequence[Outgoing]) -> PublishReport:
        with sending(messages, KAFKA if self.settings.transport == "kafka" else FEED) as spans:
            async with asyncio.timeout(self.produce_seconds):
                report = await self.publisher.publish(messages)
            spans.report(report)
        await reach("relay.after_produce")
        return report

    async def _not_taken(
        self, connection: asyncpg.Connection, messages: Sequence[Outgoing], report: PublishReport
    ) -> None:
        """Blocks the keys of what the broker will never take; raises when anything else is left."""
        if report.refused:
            await self._block(connection, messages, report.refused)
        blocked = {message.key for message in messages if message.seq in report.refused}
        missed = [m for m in messages if m.seq not in report.accepted and m.key not in blocked]
        if missed:
            raise ConnectionError(f"the broker did not take {len(missed)} events")

    async def drain(self) -> int:
        """Publishes until the outbox is empty; how many. For tools and tests."""
        total = 0
        while published := await self.step():
            total += published
        return total

    async def close(self) -> None:
        await self._drop_connection()

    async def _append(self, connection: asyncpg.Connection, seqs: Sequence[int]) -> int:
        """Moves what was published from the outbox to the feed; how many events."""
        if not seqs:
            return 0
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", FEED_LOCK)
            await connection.execute(_PUBLISH, seqs)
        await reach("relay.after_feed")
        self.appended()
        self._tell(seqs)
        return len(seqs)

    def _tell(self, seqs: Sequence[int]) -> None:
        waited, now = RELAY_WAIT.labels(self.settings.service), datetime.now(UTC)
        events = [self._written.pop(seq) for seq in seqs if seq in self._written]
        RELAY_PUBLISHED.labels(self.settings.service).inc(len(events))
        for written in events:
            waited.observe((now - written).total_seconds())

    async def _block(
        self, connection: asyncpg.Connection, messages: Sequence[Outgoing], refused: dict[int, str]
    ) -> None:
        by_seq = {message.seq: message for message in messages}
        for seq, reason in refused.items():
            message = by_seq[seq]
            await connection.execute(
                "INSERT INTO backbone.outbox_blocked (aggregateid, event_id, reason)"
                " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                message.key,
                message.id,
                reason,
            )
            RELAY_BLOCKED.labels(self.settings.service).inc()
            log.error("relay_key_blocked", event_id=str(message.id), reason=reason)

    async def _take_shards(self, connection: asyncpg.Connection) -> None:
        if len(self._owned) == SHARDS or time.monotonic() < self._next_lock_attempt:
            return
        self._next_lock_attempt = time.monotonic() + 0.5
        wanted = [shard for shard in range(SHARDS) if shard not in self._owned]
        rows = await connection.fetch(
            "SELECT shard FROM unnest($2::int[]) AS shard WHERE pg_try_advisory_lock($1, shard)",
            SHARD_LOCKS,
            wanted,
        )
        self._owned += [row["shard"] for row in rows]

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._owned = []
            self._next_lock_attempt = 0.0
            self._connection = await connect(self.settings, "relay")
        return self._connection

    async def _drop_connection(self) -> None:
        connection, self._connection, self._owned = self._connection, None, []
        self._written.clear()
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=1)
            except _PASSING:
                connection.terminate()

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()


def _outgoing(row: asyncpg.Record) -> Outgoing:
    return Outgoing(
        seq=row["seq"],
        id=row["id"],
        topic=row["topic"],
        key=row["aggregateid"],
        attributes=json.loads(row["headers"]),
        payload=row["payload"],
    )
