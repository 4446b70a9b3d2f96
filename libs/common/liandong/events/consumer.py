"""The consumer: each event's effects happen once, in order of its key, whatever fails.

A batch is handled in one transaction: inbox rows, handlers, their own outgoing events. When that
fails, its events are handled one by one: the culprit is set aside with its reason, its key is
held (later events of the key wait behind it), everything else goes on. The set-aside event is
tried again by :mod:`liandong.events.letters` until it succeeds or a person must look.
"""

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.events.contract import Event
from liandong.events.envelope import Envelope, MalformedEnvelope, read_envelope
from liandong.events.subscriptions import Group, Rejected, Subscription
from liandong.faults import reach
from liandong.identity.actors import SYSTEM, Actor
from liandong.metrics import CONSUMER_HANDLED, HANDLER_SECONDS
from liandong.transports.base import Batch, Delivery

log = structlog.get_logger(__name__)
tracer = trace.get_tracer(__name__)

_MALFORMED = uuid.UUID("6c69616e-646f-5e67-8000-6d616c666f72")
"""Namespace of the ids given to messages that carry none."""


class ConsumerHalted(RuntimeError):
    """Too many failures in a row: the group stops so that a bad release cannot park everything."""


@dataclass(frozen=True, slots=True)
class Item:
    """One subscribed event of a batch, parsed."""

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


@dataclass
class Consumer:
    """Handles batches for one group. Safe to run several times over the same messages."""

    group: Group
    factory: UnitOfWorkFactory
    _by_type: dict[str, list[Subscription]] = field(init=False)
    _failures_in_a_row: int = 0
    _marked: dict[str, frozenset[uuid.UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_type = self.group.by_type()
        self._services = set(self.group.services())

    @property
    def actor(self) -> Actor:
        return SYSTEM(self.factory.service)

    async def handle(self, batch: Batch) -> None:
        """Returns when every message of the batch is dealt with in the database.

        Raises :class:`ConsumerHalted`, or the database's own error when it is away; in both
        cases the batch must be delivered again.
        """
        parsed = [item for item in map(self.parse, batch.deliveries) if item is not None]
        if not parsed:
            return
        with HANDLER_SECONDS.labels(self.group.name).time():
            whole = [item for item in parsed if isinstance(item, Item)]
            suspects = await self._mark(batch.lane, [item.envelope.id for item in whole])
            if suspects or len(whole) < len(parsed):
                await self._one_by_one(parsed, suspects)
                await self._unmark(batch.lane)
                return
            try:
                await self._together(whole, lane=batch.lane)
            except asyncio.CancelledError:
                await asyncio.shield(self._unmark(batch.lane))
                raise
            except Exception as error:
                if is_away(error):
                    raise
                log.info("batch_split", group=self.group.name, error=type(error).__name__)
                await self._one_by_one(whole, frozenset())
                await self._unmark(batch.lane)
            else:
                self._failures_in_a_row = 0

    def parse(self, delivery: Delivery) -> Item | Broken | None:
        """None for events this group does not read."""
        try:
            envelope = read_envelope(delivery.attributes, delivery.payload)
        except MalformedEnvelope as error:
            return self._broken(delivery, "malformed-envelope", str(error))
        subscriptions = self._by_type.get(envelope.type)
        if subscriptions is None:
            parts = envelope.type.split(".")
            if parts[:2] == ["cn", "liandong"] and len(parts) == 5 and parts[2] in self._services:
                return None
            return self._broken(delivery, "unknown-type", f"type {envelope.type!r}")
        if not envelope.dataschema.rpartition(":")[2].isdecimal():
            return self._broken(delivery, "unknown-version", f"{envelope.dataschema!r}")
        try:
            events = [(one, one.event.read(envelope.payload)) for one in subscriptions]
        except (ValidationError, ValueError) as error:
            return self._broken(delivery, "invalid-payload", _without_values(error))
        return Item(delivery, envelope, events)

    def _broken(self, delivery: Delivery, reason: str, detail: str) -> Broken:
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

    async def _together(self, items: Sequence[Item], *, lane: str | None = None) -> None:
        async def work(uow: UnitOfWork) -> None:
            await self.apply(uow, items)
            if lane is not None:
                await uow.session.execute(
                    text(
                        "DELETE FROM backbone.consumer_run"
                        " WHERE consumer_group = :group AND lane = :lane"
                    ),
                    {"group": self.group.name, "lane": lane},
                )
            await reach("consumer.before_commit")

        await self.factory.run(self.actor, work)
        await reach("consumer.after_commit")

    async def apply(self, uow: UnitOfWork, items: Sequence[Item], *, driving: bool = False) -> None:
        """Runs the handlers of what is new, in order, inside the caller's transaction.

        ``driving`` is for the retry of set-aside events, whose key is held by the caller.
        """
        free = items if driving else await self._set_aside_held(uow, items)
        fresh = await self._take_into_inbox(uow.session, free)
        current = await self._drop_stale(uow.session, [i for i in free if i.envelope.id in fresh])
        self._count("duplicate", len(free) - len(fresh))
        self._count("stale", len(fresh) - len(current))
        for run in _runs(current):
            await self._handle_run(uow, run)
        self._count("handled", len(current))

    async def _handle_run(self, uow: UnitOfWork, run: Sequence[Item]) -> None:
        first = run[0]
        carrier = {"traceparent": first.envelope.traceparent or ""}
        with tracer.start_as_current_span(
            f"process {first.envelope.type}",
            context=extract(carrier),
            kind=trace.SpanKind.CONSUMER,
            attributes={
                "messaging.system": "liandong",
                "messaging.consumer.group.name": self.group.name,
                "messaging.batch.message_count": len(run),
            },
        ):
            for position, (subscription, _) in enumerate(first.events):
                if subscription.many:
                    uow.causation_id = str(run[-1].envelope.id)
                    await subscription.handler([item.events[position][1] for item in run], uow)
                    continue
                for item in run:
                    uow.causation_id = str(item.envelope.id)
                    await subscription.handler(item.events[position][1], uow)

    async def _set_aside_held(self, uow: UnitOfWork, items: Sequence[Item]) -> list[Item]:
        """Events whose key is held in their topic go behind it; gives the others."""
        places = sorted({(item.delivery.topic, item.envelope.key) for item in items})
        rows = await uow.session.execute(
            text("""
                SELECT h.topic, h.key FROM backbone.held_key h
                JOIN unnest(CAST(:topics AS text[]), CAST(:keys AS text[])) AS p (topic, key)
                  ON h.topic = p.topic AND h.key = p.key
                WHERE h.consumer_group = :group
                ORDER BY h.topic, h.key FOR SHARE OF h
            """),
            {
                "group": self.group.name,
                "topics": [topic for topic, _ in places],
                "keys": [key for _, key in places],
            },
        )
        held = {(row.topic, row.key) for row in rows}
        free: list[Item] = []
        for item in items:
            if (item.delivery.topic, item.envelope.key) not in held:
                free.append(item)
                continue
            await self._write_letter(
                uow.session, item, status="waiting", reason="behind-held-key", detail="", attempts=0
            )
            self._count("waiting", 1)
        return free

    async def _take_into_inbox(
        self, session: AsyncSession, items: Sequence[Item]
    ) -> set[uuid.UUID]:
        if not items:
            return set()
        fresh = await session.scalars(
            text(
                "INSERT INTO backbone.inbox (event_id, consumer_group)"
                " SELECT id, :group FROM unnest(CAST(:ids AS uuid[])) AS id"
                " ON CONFLICT DO NOTHING RETURNING event_id"
            ),
            {
                "group": self.group.name,
                "ids": sorted({item.envelope.id for item in items}),
            },
        )
        return set(fresh)

    async def _drop_stale(self, session: AsyncSession, items: Sequence[Item]) -> list[Item]:
        """Leaves out events older than one already handled for the same aggregate."""
        if not items:
            return []
        streams = sorted({(item.envelope.source, item.envelope.subject) for item in items})
        parameters = {
            "group": self.group.name,
            "sources": [source for source, _ in streams],
            "subjects": [subject for _, subject in streams],
        }
        rows = await session.execute(
            text("""
                SELECT v.source, v.subject, v.sequence FROM backbone.stream_version v
                JOIN unnest(CAST(:sources AS text[]), CAST(:subjects AS text[]))
                  AS s (source, subject) ON v.source = s.source AND v.subject = s.subject
                WHERE v.consumer_group = :group
                ORDER BY v.source, v.subject FOR UPDATE OF v
            """),
            parameters,
        )
        seen = {(row.source, row.subject): row.sequence for row in rows}
        current: list[Item] = []
        for item in items:
            stream = (item.envelope.source, item.envelope.subject)
            if item.envelope.sequence > seen.get(stream, -1):
                seen[stream] = item.envelope.sequence
                current.append(item)
        await session.execute(
            text("""
                INSERT INTO backbone.stream_version AS v
                    (consumer_group, source, subject, sequence)
                SELECT :group, s.source, s.subject, s.sequence
                FROM unnest(CAST(:sources AS text[]), CAST(:subjects AS text[]),
                            CAST(:sequences AS bigint[])) AS s (source, subject, sequence)
                ON CONFLICT (consumer_group, source, subject)
                DO UPDATE SET sequence = greatest(v.sequence, excluded.sequence)
            """),
            parameters | {"sequences": [seen[stream] for stream in streams]},
        )
        return current

    async def _one_by_one(
        self, parsed: Sequence[Item | Broken], suspects: frozenset[uuid.UUID]
    ) -> None:
        for item in parsed:
            if isinstance(item, Broken):
                await self._bury(item)
                self._failed()
                continue
            suspect = item.envelope.id in suspects
            if suspect:
                await self._set_aside(item, "killed", "the process ended while handling", 1)
                continue
            try:
                await self._together([item])
            except Rejected as error:
                await self._set_aside(item, "rejected", str(error), 1, dead=True)
                self._failed()
            except Exception as error:
                if is_away(error):
                    raise
                log.warning(
                    "event_failed",
                    group=self.group.name,
                    type=item.envelope.type,
                    event_id=str(item.envelope.id),
                    error=type(error).__name__,
                    exc_info=True,
                )
                await self._set_aside(item, type(error).__name__, _without_values(error), 1)
                self._failed()
            else:
                self._failures_in_a_row = 0

    def _failed(self) -> None:
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= self.group.retry.halt_after:
            raise ConsumerHalted(
                f"{self.group.name}: {self._failures_in_a_row} failures in a row; stopped"
            )

    async def _set_aside(
        self, item: Item, reason: str, detail: str, attempts: int, *, dead: bool = False
    ) -> None:
        async def work(uow: UnitOfWork) -> None:
            status = "dead" if dead else "retrying"
            if await self._write_letter(
                uow.session, item, status=status, reason=reason, detail=detail, attempts=attempts
            ):
                delay = None if dead else self.group.retry.delay(attempts)
                await hold_key(
                    uow.session, self.group.name, item.delivery.topic, item.envelope.key, delay
                )

        await self.factory.run(self.actor, work)
        self._count("dead" if dead else "failed", 1)

    async def _write_letter(
        self,
        session: AsyncSession,
        item: Item,
        *,
        status: str,
        reason: str,
        detail: str,
        attempts: int,
    ) -> bool:
        """Whether the letter is new: not handled before and not set aside before."""
        return await write_letter(
            session,
            group=self.group.name,
            delivery=item.delivery,
            event_id=item.envelope.id,
            type_=item.envelope.type,
            key=item.envelope.key,
            status=status,
            reason=reason,
            detail=detail,
            attempts=attempts,
        )

    async def _bury(self, broken: Broken) -> None:
        async def work(uow: UnitOfWork) -> None:
            written = await write_letter(
                uow.session,
                group=self.group.name,
                delivery=broken.delivery,
                event_id=broken.event_id,
                type_=broken.type,
                key=broken.key,
                status="dead",
                reason=broken.reason,
                detail=broken.detail,
                attempts=1,
            )
            if written and broken.key is not None:
                await hold_key(
                    uow.session, self.group.name, broken.delivery.topic, broken.key, None
                )

        await self.factory.run(self.actor, work)
        self._count("dead", 1)
        log.error("message_unreadable", group=self.group.name, reason=broken.reason)

    async def _mark(self, lane: str, ids: list[uuid.UUID]) -> frozenset[uuid.UUID]:
        """Writes down what is about to be handled; gives what a killed process was handling."""
        async with self.factory.engine.begin() as connection:
            await connection.execute(text("SET LOCAL synchronous_commit = off"))
            left = await connection.scalar(
                text(
                    "SELECT event_ids FROM backbone.consumer_run"
                    " WHERE consumer_group = :group AND lane = :lane FOR UPDATE"
                ),
                {"group": self.group.name, "lane": lane},
            )
            await connection.execute(
                text("""
                    INSERT INTO backbone.consumer_run (consumer_group, lane, event_ids)
                    VALUES (:group, :lane, CAST(:ids AS uuid[]))
                    ON CONFLICT (consumer_group, lane)
                    DO UPDATE SET event_ids = excluded.event_ids, started_at = clock_timestamp()
                """),
                {"group": self.group.name, "lane": lane, "ids": ids},
            )
        await reach("consumer.after_marker")
        own = self._marked.get(lane, frozenset())
        self._marked[lane] = frozenset(ids)
        return frozenset(left or ()) - own

    async def _unmark(self, lane: str) -> None:
        async with self.factory.engine.begin() as connection:
            await connection.execute(
                text(
                    "DELETE FROM backbone.consumer_run"
                    " WHERE consumer_group = :group AND lane = :lane"
                ),
                {"group": self.group.name, "lane": lane},
            )

    def _count(self, outcome: str, number: int) -> None:
        if number:
            CONSUMER_HANDLED.labels(self.group.name, outcome).inc(number)


async def hold_key(
    session: AsyncSession, group: str, topic: str, key: str, delay: float | None
) -> None:
    """Holds the key; ``delay`` is seconds to the next attempt, None waits for a person."""
    await session.execute(
        text("""
            INSERT INTO backbone.held_key (consumer_group, topic, key, next_attempt_at)
            VALUES (:group, :topic, :key, clock_timestamp() + make_interval(secs => :delay))
            ON CONFLICT (consumer_group, topic, key) DO NOTHING
        """),
        {"group": group, "topic": topic, "key": key, "delay": delay},
    )


async def write_letter(
    session: AsyncSession,
    *,
    group: str,
    delivery: Delivery,
    event_id: uuid.UUID,
    type_: str,
    key: str | None,
    status: str,
    reason: str,
    detail: str,
    attempts: int,
) -> bool:
    """Sets a message aside; False when it was handled or set aside before."""
    written = await session.scalar(
        text("""
            INSERT INTO backbone.dead_letter
                (id, consumer_group, key, event_id, type, status, reason, detail, attempts, topic,
                 lane, source_offset, headers, payload, last_attempt_at)
            SELECT gen_random_uuid(), :group, :key, :event_id, :type, :status, :reason, :detail,
                   :attempts, :topic, :lane, :offset, CAST(:headers AS jsonb), :payload,
                   clock_timestamp()
            WHERE NOT EXISTS (SELECT 1 FROM backbone.inbox
                              WHERE event_id = :event_id AND consumer_group = :group)
            ON CONFLICT (consumer_group, event_id) DO NOTHING
            RETURNING id
        """),
        {
            "group": group,
            "key": key,
            "event_id": event_id,
            "type": type_[:200],
            "status": status,
            "reason": reason[:200],
            "detail": detail[:2000],
            "attempts": attempts,
            "topic": delivery.topic,
            "lane": delivery.lane,
            "offset": delivery.offset,
            "headers": json.dumps(delivery.attributes, default=str).replace("\\u0000", ""),
            "payload": delivery.payload,
        },
    )
    return written is not None


def _runs(items: Sequence[Item]) -> list[list[Item]]:
    """Neighbours of one type, so that a handler of many sees them together."""
    runs: list[list[Item]] = []
    for item in items:
        if runs and runs[-1][0].envelope.type == item.envelope.type:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _without_values(error: Exception) -> str:
    """What went wrong, without the values, which may be personal data."""
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors()[:20]
        )
    return f"{type(error).__name__}: {str(error).splitlines()[0][:300] if str(error) else ''}"
