"""The unit of work: one transaction per command, with its events and its audit entries.

Use cases load aggregates under a row lock, change them, call :meth:`UnitOfWork.publish` and
:meth:`UnitOfWork.record`, and never commit: whoever opened the unit commits it. Outbox and audit
rows are written last, after every row lock, so that events of one aggregate keep their order.
"""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

import asyncpg
from opentelemetry.propagate import inject
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from liandong.clock import Clock, china_date
from liandong.db.errors import is_retryable
from liandong.db.transaction import Reading, Transaction, transaction
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.events.states import SUFFIX, Changes, StateBook
from liandong.faults import reach
from liandong.identity.actors import Actor
from liandong.ids import uuid7
from liandong.problems import Problem

if TYPE_CHECKING:
    from liandong.rules.book import RuleBook
    from liandong.rules.rule_set import RuleSet, RuleSubject

T = TypeVar("T")

SHARDS = 16
"""Shards of the outbox: the unit that one relay owns at a time."""

_WRITE_LAST = """
    WITH event AS (
        INSERT INTO backbone.outbox
            (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
             occurred_at)
        SELECT id, shard, topic, kind, key, type, district, headers::jsonb, payload, at
        FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[],
                    $7::text[], $8::text[], $9::bytea[], $10::timestamptz[])
          AS new (id, shard, topic, kind, key, type, district, headers, payload, at)),
    entry AS (
        INSERT INTO backbone.audit_entry
            (id, at, actor, actor_roles, action, subject_type, subject_id, district, details,
             request_id)
        SELECT * FROM unnest($11::uuid[], $12::timestamptz[], $13::text[], $14::text[],
                             $15::text[], $16::text[], $17::text[], $18::text[], $19::text[],
                             $20::text[])
        RETURNING id),
    pending AS (INSERT INTO backbone.audit_pending SELECT id FROM entry)
    UPDATE backbone.idempotency_key SET status = $23, headers = $24::text::jsonb, body = $25
    WHERE caller = $21 AND key = $22
"""


_COLUMNS = 10
"""Of an outbox row."""


def shard_of(key: str) -> int:
    """The outbox shard of a key; the same in every process and release."""
    return zlib.crc32(key.encode()) % SHARDS


def outbox_row(one: Envelope, topic: str, aggregate: str, at: datetime) -> tuple[Any, ...]:
    """What the outbox keeps of an event, or of a state (``aggregate`` is then ``state``)."""
    return (
        one.id, shard_of(one.key), topic, aggregate, one.key, one.type, one.district,
        json.dumps(one.attributes()), one.payload, at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command is answered with, kept under the caller's idempotency key."""

    caller: str | None = None
    key: str | None = None
    status: int | None = None
    headers: str | None = None
    body: bytes | None = None


_NO_ANSWER = Answer()


class EventTooLarge(Problem):
    """Kafka would not take the event."""

    status, slug, title = 413, "event-too-large", "事件过大"


class Versioned(Protocol):
    """An aggregate, mapped or not."""

    version: Any

    def touch(self, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    action: str
    subject_type: str
    subject_id: str
    district: str
    details: str
    id: UUID = field(default_factory=uuid7)


@dataclass
class UnitOfWork:
    """One open transaction. ``now`` is one instant for the whole unit."""

    opened: Transaction | Reading
    actor: Actor
    now: datetime
    service: str
    rule_book: "RuleBook"
    topic_prefix: str = ""
    largest_event: int | None = None
    """Bytes; None where the relay holds back what is too large for Kafka."""
    request_id: str = ""
    causation_id: str | None = None
    causes: Sequence[UUID] = ()
    """For a handler of many: the id of each of its events. What it publishes for one of them is
    caused by that one: set ``causation_id`` first."""
    events: list[Envelope] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    answer: Answer = _NO_ANSWER
    changes: Changes | None = None
    """Aggregates whose latest state is told; None where states are not."""
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def session(self) -> AsyncSession:
        """For mapped objects: what is added or changed is written when the unit is."""
        return self.opened.session

    @property
    def sql(self) -> asyncpg.Connection:
        """For statements in plain SQL. Does not see what the session holds back."""
        return self.opened.sql

    @property
    def today(self) -> date:
        """The calendar day in China."""
        return china_date(self.now)

    def publish(self, event: Event, *, of: Versioned) -> None:
        """Publishes ``event`` when the unit commits, as the next version of the aggregate ``of``.

        Call it after the aggregate was locked (or added): the lock is what keeps its events in
        order. The aggregate's version is raised by one; it becomes the event's sequence. Raises
        :class:`EventTooLarge` where a connector publishes, which such an event would stop.
        """
        payload = event.model_dump_json().encode()
        if self.largest_event is not None and len(payload) > self.largest_event:
            raise EventTooLarge(
                f"此操作产生的事件有 {len(payload)} 字节，超过上限 {self.largest_event} 字节："
                "请减少一次提交的内容"
            )
        of.touch(self.now)
        if self.changes is not None:
            self.changes.published(of)
        carrier: dict[str, str] = {}
        inject(carrier)
        self.events.append(
            Envelope(
                id=uuid7(),
                source=f"/liandong/{self.service}",
                type=event.type,
                subject=str(event.subject),
                time=self.now,
                key=event.key,
                sequence=of.version,
                dataschema=event.dataschema(),
                payload=payload,
                district=event.district_code,
                traceparent=carrier.get("traceparent"),
                causation_id=self.causation_id,
            )
        )

    def record(
        self,
        action: str,
        subject_type: str,
        subject_id: UUID | str,
        *,
        district: str = "",
        **details: Any,
    ) -> None:
        """Writes an audit entry with the change. ``details`` hold ids, codes and old/new values
        that are not personal data."""
        self.entries.append(
            AuditEntry(
                action=action,
                subject_type=subject_type,
                subject_id=str(subject_id),
                district=district,
                details=json.dumps(
                    details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
                ),
            )
        )

    async def rules(
        self, subject: "RuleSubject[Any]", district: str, on: date | None = None
    ) -> "RuleSet[Any]":
        """The rule set in force for the district on the day (today unless told)."""
        return await self.rule_book.resolve(self.session, subject, district, on or self.today)

    async def flush(self) -> None:
        """Writes the pending changes; then, in one statement, states, events, audit and answer."""
        await self.opened.flush()
        rows = [*await self._state_rows(), *self._event_rows()]
        if rows or self.entries or self.answer is not _NO_ANSWER:
            answer = self.answer
            columns = zip(*rows, strict=True) if rows else [()] * _COLUMNS
            await self.sql.execute(
                _WRITE_LAST, *map(list, columns), *self._entry_columns(),
                answer.caller, answer.key, answer.status, answer.headers, answer.body,
            )  # fmt: skip
        self.events.clear()
        self.entries.clear()
        self.answer = _NO_ANSWER

    def _event_rows(self) -> list[tuple[Any, ...]]:
        topic = f"{self.topic_prefix}liandong.{self.service}"
        return [outbox_row(one, topic, one.type.split(".")[3], one.time) for one in self.events]

    async def _state_rows(self) -> list[tuple[Any, ...]]:
        """Before the events: of each aggregate the state after the whole unit (ADR 15)."""
        if self.changes is None:
            return []
        topic = f"{self.topic_prefix}liandong.{self.service}{SUFFIX}"
        told = await self.changes.tellings(self.service, self._refresh)
        return [outbox_row(one, topic, "state", self.now) for one in told]

    async def _refresh(self, row: Any) -> None:
        await self.session.refresh(row)  # only here: a unit without a session needs none for this

    def _entry_columns(self) -> list[list[Any]]:
        entries = self.entries
        many = len(entries)
        return [
            [entry.id for entry in entries],
            [self.now] * many,
            [self.actor.subject] * many,
            [",".join(sorted(self.actor.roles))] * many,
            [entry.action for entry in entries],
            [entry.subject_type for entry in entries],
            [entry.subject_id for entry in entries],
            [entry.district for entry in entries],
            [entry.details for entry in entries],
            [self.request_id] * many,
        ]


@dataclass(frozen=True)
class UnitOfWorkFactory:
    """Opens units of work on one pool of one service's database."""

    engine: AsyncEngine
    unmanaged: AsyncEngine
    """The same pool, on which SQLAlchemy leaves transactions alone."""
    clock: Clock
    service: str
    rule_book: "RuleBook"
    topic_prefix: str = ""
    states: StateBook | None = None
    largest_event: int | None = None
    committed: Callable[[], None] = lambda: None
    """Called after a commit that left events behind; wakes a relay in the same process."""

    @asynccontextmanager
    async def begin(
        self, actor: Actor, *, request_id: str = "", causation_id: str | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """Commits when the block ends without an exception, rolls back otherwise."""
        async with transaction(self.unmanaged) as opened:
            uow = UnitOfWork(
                opened=opened,
                actor=actor,
                now=self.clock.now(),
                service=self.service,
                rule_book=self.rule_book,
                topic_prefix=self.topic_prefix,
                largest_event=self.largest_event,
                request_id=request_id,
                causation_id=causation_id,
            )
            if self.states is not None and self.states.told:
                uow.changes = Changes(self.states)
                opened.watch = uow.changes.listen
            yield uow
            await self.commit(uow)

    async def commit(self, uow: UnitOfWork) -> None:
        await uow.flush()
        await reach("command.before_commit")
        await uow.opened.commit()
        await reach("command.after_commit")
        self.committed()
        for call in uow.after_commit:
            call()

    async def run(
        self, actor: Actor, work: Callable[[UnitOfWork], Awaitable[T]], *, attempts: int = 5
    ) -> T:
        """Runs ``work`` in a unit of its own; deadlocks and serialization failures run again."""
        for attempt in range(1, attempts + 1):
            try:
                async with self.begin(actor) as uow:
                    return await work(uow)
            except (DBAPIError, asyncpg.PostgresError) as error:
                if attempt == attempts or not is_retryable(error):
                    raise
        raise AssertionError("unreachable")
