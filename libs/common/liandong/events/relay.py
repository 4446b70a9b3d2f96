"""The relay: carries committed events from the outbox to the broker and to the feed.

One relay owns a shard at a time, by an advisory lock on the connection with which it reads the
shard, appends to the feed and deletes: when that connection dies, its ownership and its open
transaction die with it. Order of one batch: read, produce, await every acknowledgement, then
append and delete in one transaction. A relay that dies between sends the same ids again.
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
from liandong.faults import reach
from liandong.metrics import OUTBOX_AGE, RELAY_BLOCKED, RELAY_PUBLISHED
from liandong.settings import Settings
from liandong.transports.base import Outgoing, Publisher

log = structlog.get_logger(__name__)

_LOCK_CLASS = 0x4C44_0001  # "LD", relay shards
FEED_LOCK = 0x4C44_0002_0000_0000  # held while positions of the feed are given

_CLAIM = """
    SELECT o.seq, o.id, o.topic, o.aggregateid, o.headers, o.payload, o.written_at
    FROM backbone.outbox o
    WHERE o.shard = ANY($1::smallint[])
      AND NOT EXISTS (SELECT 1 FROM backbone.outbox_blocked b WHERE b.aggregateid = o.aggregateid)
    ORDER BY o.seq
    LIMIT $2
"""
_PUBLISH = """
    WITH gone AS (
        DELETE FROM backbone.outbox WHERE seq = ANY($1::bigint[])
        RETURNING seq, id, aggregateid, type, district, headers, payload)
    INSERT INTO backbone.event_feed (id, key, type, district, headers, payload)
    SELECT id, aggregateid, type, district, headers, payload FROM gone ORDER BY seq
"""


@dataclass
class Relay:
    """Publishes until it is stopped. Failures are logged, counted and retried with a pause."""

    settings: Settings
    publisher: Publisher
    batch_size: int = 500
    idle_seconds: tuple[float, float] = (0.005, 0.1)
    """Shortest and longest pause between two looks at an empty outbox."""
    produce_seconds: float = 30.0
    appended: Callable[[], None] = lambda: None
    """Called after events were appended to the feed; wakes readers in the same process."""

    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _owned: list[int] = field(default_factory=list)
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
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as e:
                    failures += 1
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
        """One batch; how many events it published. Takes what shards it can get first."""
        connection = await self._connected()
        await self._take_shards(connection)
        if not self._owned:
            return 0
        rows = await connection.fetch(_CLAIM, self._owned, self.batch_size)
        if not rows:
            OUTBOX_AGE.labels(self.settings.service).set(0)
            return 0
        await reach("relay.after_claim")
        oldest = rows[0]["written_at"]
        OUTBOX_AGE.labels(self.settings.service).set((datetime.now(UTC) - oldest).total_seconds())
        messages = [_outgoing(row) for row in rows]
        async with asyncio.timeout(self.produce_seconds):
            report = await self.publisher.publish(messages)
        await reach("relay.after_produce")
        if report.refused:
            await self._block(connection, messages, report.refused)
        accepted = [message.seq for message in messages if message.seq in report.accepted]
        if accepted:
            await self._append(connection, accepted)
            await reach("relay.after_feed")
            self.appended()
            RELAY_PUBLISHED.labels(self.settings.service).inc(len(accepted))
        blocked = {message.key for message in messages if message.seq in report.refused}
        missed = [m for m in messages if m.seq not in report.accepted and m.key not in blocked]
        if missed:
            raise ConnectionError(f"the broker did not take {len(missed)} events")
        return len(accepted)

    async def drain(self) -> int:
        """Publishes until the outbox is empty; how many. For tools and tests."""
        total = 0
        while published := await self.step():
            total += published
        return total

    async def close(self) -> None:
        await self._drop_connection()

    async def _append(self, connection: asyncpg.Connection, seqs: Sequence[int]) -> None:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", FEED_LOCK)
            await connection.execute(_PUBLISH, seqs)

    async def _block(
        self, connection: asyncpg.Connection, messages: list[Outgoing], refused: dict[int, str]
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
            _LOCK_CLASS,
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
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=1)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
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
