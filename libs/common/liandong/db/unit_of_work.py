"""The unit of work: one transaction per command, with its events and its audit entries.

Use cases load aggregates under a row lock, change them, call :meth:`UnitOfWork.publish` and
:meth:`UnitOfWork.record`, and never commit: whoever opened the unit commits it. Outbox and audit
rows are written last, after every row lock, so that events of one aggregate keep their order.
"""

import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from opentelemetry.propagate import inject
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from liandong.clock import Clock, china_date
from liandong.db.base import Aggregate
from liandong.db.errors import is_retryable
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.faults import reach
from liandong.identity.actors import Actor
from liandong.ids import uuid7

if TYPE_CHECKING:
    from liandong.rules.book import RuleBook
    from liandong.rules.rule_set import RuleSet, RuleSubject

T = TypeVar("T")

SHARDS = 16
"""Shards of the outbox: the unit that one relay owns at a time."""

_INSERT_EVENTS = text("""
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
         occurred_at)
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:shards AS smallint[]), CAST(:topics AS text[]),
        CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:types AS text[]),
        CAST(:districts AS text[]), CAST(:headers AS jsonb[]), CAST(:payloads AS bytea[]),
        CAST(:times AS timestamptz[]))
""")
_INSERT_ENTRIES = text("""
    WITH entry AS (
        INSERT INTO backbone.audit_entry
            (id, at, actor, actor_roles, action, subject_type, subject_id, district, details,
             request_id)
        SELECT * FROM unnest(
            CAST(:ids AS uuid[]), CAST(:times AS timestamptz[]), CAST(:actors AS text[]),
            CAST(:roles AS text[]), CAST(:actions AS text[]), CAST(:types AS text[]),
            CAST(:subjects AS text[]), CAST(:districts AS text[]), CAST(:details AS text[]),
            CAST(:requests AS text[]))
        RETURNING id)
    INSERT INTO backbone.audit_pending SELECT id FROM entry
""")


def shard_of(key: str) -> int:
    """The outbox shard of a key; the same in every process and release."""
    return zlib.crc32(key.encode()) % SHARDS


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

    session: AsyncSession
    actor: Actor
    now: datetime
    service: str
    rule_book: "RuleBook"
    topic_prefix: str = ""
    request_id: str = ""
    causation_id: str | None = None
    events: list[Envelope] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The calendar day in China."""
        return china_date(self.now)

    def publish(self, event: Event, *, of: Aggregate) -> None:
        """Publishes ``event`` when the unit commits, as the next version of the aggregate ``of``.

        Call it after the aggregate was locked (or added): the lock is what keeps its events in
        order. The aggregate's version is raised by one; it becomes the event's sequence.
        """
        of.touch(self.now)
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
                payload=event.model_dump_json().encode(),
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
        """Writes the pending changes, then the outbox rows, then the audit rows."""
        await self.session.flush()
        if self.events:
            await self.session.execute(_INSERT_EVENTS, self._event_columns())
        if self.entries:
            await self.session.execute(_INSERT_ENTRIES, self._entry_columns())
        self.events.clear()
        self.entries.clear()

    def _event_columns(self) -> dict[str, list[Any]]:
        events = self.events
        return {
            "ids": [event.id for event in events],
            "shards": [shard_of(event.key) for event in events],
            "topics": [f"{self.topic_prefix}liandong.{self.service}"] * len(events),
            "kinds": [event.type.split(".")[3] for event in events],
            "keys": [event.key for event in events],
            "types": [event.type for event in events],
            "districts": [event.district for event in events],
            "headers": [json.dumps(event.attributes()) for event in events],
            "payloads": [event.payload for event in events],
            "times": [event.time for event in events],
        }

    def _entry_columns(self) -> dict[str, list[Any]]:
        entries = self.entries
        roles = ",".join(sorted(self.actor.roles))
        return {
            "ids": [entry.id for entry in entries],
            "times": [self.now] * len(entries),
            "actors": [self.actor.subject] * len(entries),
            "roles": [roles] * len(entries),
            "actions": [entry.action for entry in entries],
            "types": [entry.subject_type for entry in entries],
            "subjects": [entry.subject_id for entry in entries],
            "districts": [entry.district for entry in entries],
            "details": [entry.details for entry in entries],
            "requests": [self.request_id] * len(entries),
        }


@dataclass(frozen=True)
class UnitOfWorkFactory:
    """Opens units of work on one pool of one service's database."""

    engine: AsyncEngine
    clock: Clock
    service: str
    rule_book: "RuleBook"
    topic_prefix: str = ""
    committed: Callable[[], None] = lambda: None
    """Called after a commit that left events behind; wakes a relay in the same process."""

    @asynccontextmanager
    async def begin(
        self, actor: Actor, *, request_id: str = "", causation_id: str | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """Commits when the block ends without an exception, rolls back otherwise."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            uow = UnitOfWork(
                session=session,
                actor=actor,
                now=self.clock.now(),
                service=self.service,
                rule_book=self.rule_book,
                topic_prefix=self.topic_prefix,
                request_id=request_id,
                causation_id=causation_id,
            )
            yield uow
            await self.commit(uow)

    async def commit(self, uow: UnitOfWork) -> None:
        await uow.flush()
        await reach("command.before_commit")
        await uow.session.commit()
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
            except DBAPIError as error:
                if attempt == attempts or not is_retryable(error):
                    raise
        raise AssertionError("unreachable")
