"""The consumer: each event's effects happen once, in order of its key, whatever fails.

A batch is handled in one transaction: inbox rows, handlers, their own outgoing events. When that
fails, its events are handled one by one: the culprit is set aside with its reason, its key is
held (later events of the key in the same topic wait behind it), everything else goes on. The
set-aside event is tried again by :mod:`liandong.events.letters` until it succeeds or a person
must look.

What is about to be handled is written down first. Of a process that was killed meanwhile the next
one finds it and handles those events again, together: most processes are killed by chance. When
that one is killed too, each event is handled alone, written down alone, and the one that kills its
process then is set aside.
"""

import asyncio
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

import asyncpg
import structlog

from liandong.db.errors import is_away, is_locked
from liandong.db.transaction import single_statements
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.events import inbox
from liandong.events.deliveries import Broken, DeliveryReader, Item, runs, without_values
from liandong.events.inbox import Attempt, Run
from liandong.events.spans import processing
from liandong.events.subscriptions import Group, Rejected
from liandong.faults import reach
from liandong.identity.actors import SYSTEM, Actor
from liandong.metrics import CONSUMER_HANDLED, EFFECT_SECONDS, HANDLER_SECONDS
from liandong.transports.base import Batch

log = structlog.get_logger(__name__)


class ConsumerHalted(RuntimeError):
    """Too many failures in a row: the group stops so that a bad release cannot park everything."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What killed processes were handling."""

    once: frozenset[uuid.UUID] = frozenset()
    twice: frozenset[uuid.UUID] = frozenset()
    culprits: frozenset[uuid.UUID] = frozenset()
    """Those that were alone when their process was killed, not for the first time."""

    @classmethod
    def of(cls, runs_left: Sequence[Run], own: frozenset[uuid.UUID]) -> "_Left":
        once, twice, culprits = set[uuid.UUID](), set[uuid.UUID](), set[uuid.UUID]()
        for run in runs_left:
            if run.attempt is Attempt.TOGETHER:
                once |= run.events - own
            elif len(run.events) > 1:
                twice |= run.events - own
            else:
                culprits |= run.events - own
        return cls(frozenset(once), frozenset(twice), frozenset(culprits))


_NOTHING_LEFT = _Left()


@dataclass
class Consumer:
    """Handles batches for one group. Safe to run several times over the same messages."""

    group: Group
    factory: UnitOfWorkFactory
    reader: DeliveryReader = field(init=False)
    _failures_in_a_row: int = 0
    _marked: dict[str, frozenset[uuid.UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reader = DeliveryReader(self.group.by_type(), frozenset(self.group.services()))

    @property
    def actor(self) -> Actor:
        return SYSTEM(self.factory.service)

    async def handle(self, batch: Batch) -> None:
        """Returns when every message of the batch is dealt with in the database.

        Raises :class:`ConsumerHalted`, or the database's own error when it is away; in both
        cases the batch must be delivered again.
        """
        read = [found for found in map(self.reader.read, batch.deliveries) if found is not None]
        if not read:
            return
        with HANDLER_SECONDS.labels(self.group.name).time():
            whole = [found for found in read if isinstance(found, Item)]
            lanes = {item.delivery.lane for item in whole}
            try:
                left = await self._mark(whole, Attempt.TOGETHER)
                if left.once:
                    await self._mark(whole, Attempt.AGAIN)
                if left.twice or left.culprits or len(whole) < len(read):
                    await self._one_by_one(read, left)
                    await self._unmark(lanes)
                else:
                    await self._whole(whole, lanes)
            except (asyncio.CancelledError, ConsumerHalted):
                # Stopped, not killed: nobody is to be suspected at the next start.
                await asyncio.shield(self._unmark(lanes))
                raise

    async def _whole(self, items: Sequence[Item], lanes: Collection[str]) -> None:
        """The batch in one transaction; when that fails, event by event."""
        try:
            handled = await self._together(items, lanes)
        except Exception as error:
            if is_away(error) or is_locked(error):
                raise  # nothing is known against the events: they come again
            log.info("batch_split", group=self.group.name, error=type(error).__name__)
            await self._one_by_one(items, _NOTHING_LEFT)
            await self._unmark(lanes)
        else:
            self._succeeded(handled)

    async def apply(self, uow: UnitOfWork, items: Sequence[Item], *, driving: bool = False) -> int:
        """Runs the handlers of what is new, in order, inside the caller's transaction.

        Gives how many events were handled: what waits behind a held key was not.
        ``driving`` is for the retry of set-aside events, whose key is held by the caller.
        """
        free = items if driving else await self._set_aside_held(uow, items)
        current, duplicates, stale = await inbox.take_new(uow.sql, self.group.name, free)
        self._count("duplicate", duplicates)
        self._count("stale", stale)
        for run in runs(current):
            await self._handle_run(uow, run)
        self._count("handled", len(current))
        uow.after_commit.append(partial(self._took_effect, current))
        return len(current)

    def _took_effect(self, items: Sequence[Item]) -> None:
        now = self.factory.clock.now()
        for one in items:
            seconds = max(0.0, (now - one.envelope.time).total_seconds())
            EFFECT_SECONDS.labels(self.group.name, one.envelope.type).observe(seconds)

    async def _handle_run(self, uow: UnitOfWork, run: Sequence[Item]) -> None:
        for position, (subscription, _) in enumerate(run[0].events):
            if subscription.many:
                uow.causes = [item.envelope.id for item in run]
                uow.causation_id = str(uow.causes[-1])
                with processing(run, self.group.name):
                    await subscription.handler([item.events[position][1] for item in run], uow)
                continue
            for item in run:
                uow.causation_id = str(item.envelope.id)
                with processing([item], self.group.name):
                    await subscription.handler(item.events[position][1], uow)

    async def _set_aside_held(self, uow: UnitOfWork, items: Sequence[Item]) -> list[Item]:
        """Events whose key is held in their topic go behind it; gives the others."""
        places = {(item.delivery.topic, item.envelope.key) for item in items}
        held = await inbox.held_among(uow.sql, self.group.name, places)
        free: list[Item] = []
        for item in items:
            if (item.delivery.topic, item.envelope.key) in held:
                await self._write_letter(uow.sql, item, "waiting", "behind-held-key")
                self._count("waiting", 1)
            else:
                free.append(item)
        return free

    async def _together(self, items: Sequence[Item], lanes: Collection[str]) -> int:
        async def work(uow: UnitOfWork) -> int:
            await inbox.take_turns(uow.sql, self.group.name, lanes)
            handled = await self.apply(uow, items)
            await inbox.finish_run(uow.sql, self.group.name, lanes)
            await reach("consumer.before_commit")
            return handled

        handled = await self.factory.run(self.actor, work)
        await reach("consumer.after_commit")
        return handled

    async def _alone(self, item: Item) -> int:
        async def work(uow: UnitOfWork) -> int:
            await inbox.take_turns(uow.sql, self.group.name, [item.delivery.lane])
            handled = await self.apply(uow, [item])
            await reach("consumer.before_commit")
            return handled

        return await self.factory.run(self.actor, work)

    async def _one_by_one(self, found: Sequence[Item | Broken], left: _Left) -> None:
        for one in found:
            if isinstance(one, Broken):
                await self._bury(one)
                self._failed()
            elif one.envelope.id in left.culprits:
                await self._set_aside(one, "killed", "the process ended while handling")
            else:
                if one.envelope.id in left.twice:
                    await self._mark([one], Attempt.ALONE)
                await self._try(one)

    async def _try(self, item: Item) -> None:
        try:
            handled = await self._alone(item)
        except Rejected as error:
            await self._set_aside(item, "rejected", str(error), dead=True)
            self._failed()
        except Exception as error:
            if is_away(error) or is_locked(error):
                raise  # nothing is known against the events: they come again
            log.warning(
                "event_failed",
                group=self.group.name,
                type=item.envelope.type,
                event_id=str(item.envelope.id),
                error=type(error).__name__,
                exc_info=True,
            )
            await self._set_aside(item, type(error).__name__, without_values(error))
            self._failed()
        else:
            self._succeeded(handled)

    def _succeeded(self, handled: int) -> None:
        """What was only put behind a held key, or known before, tells nothing of the release."""
        if handled:
            self._failures_in_a_row = 0

    def _failed(self) -> None:
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= self.group.retry.halt_after:
            raise ConsumerHalted(
                f"{self.group.name}: {self._failures_in_a_row} failures in a row; stopped"
            )

    async def _set_aside(self, item: Item, reason: str, detail: str, *, dead: bool = False) -> None:
        """The first attempt has failed: the event waits, and its key with it."""
        delay = None if dead else self.group.retry.delay(1)
        status = "dead" if dead else "retrying"

        async def work(uow: UnitOfWork) -> None:
            if await self._write_letter(uow.sql, item, status, reason, detail, attempts=1):
                await inbox.hold_key(
                    uow.sql, self.group.name, item.delivery.topic, item.envelope.key, delay
                )

        await self.factory.run(self.actor, work)
        self._count("dead" if dead else "failed", 1)

    async def _write_letter(
        self,
        sql: asyncpg.Connection,
        item: Item,
        status: str,
        reason: str,
        detail: str = "",
        attempts: int = 0,
    ) -> bool:
        return await inbox.write_letter(
            sql,
            group=self.group.name,
            delivery=item.delivery,
            event_id=item.envelope.id,
            event_type=item.envelope.type,
            key=item.envelope.key,
            status=status,
            reason=reason,
            detail=detail,
            attempts=attempts,
        )

    async def _bury(self, broken: Broken) -> None:
        """A message that nobody can read waits for a person, and so does its key if it has one."""
        topic = broken.delivery.topic

        async def work(uow: UnitOfWork) -> None:
            written = await inbox.write_letter(
                uow.sql,
                group=self.group.name,
                delivery=broken.delivery,
                event_id=broken.event_id,
                event_type=broken.type,
                key=broken.key,
                status="dead",
                reason=broken.reason,
                detail=broken.detail,
                attempts=1,
            )
            if written and broken.key is not None:
                await inbox.hold_key(uow.sql, self.group.name, topic, broken.key, None)

        await self.factory.run(self.actor, work)
        self._count("dead", 1)
        log.error("message_unreadable", group=self.group.name, reason=broken.reason)

    async def _mark(self, items: Sequence[Item], attempt: Attempt) -> _Left:
        """What a killed process was handling: what stands in the markers and is not our own."""
        lanes: dict[str, list[uuid.UUID]] = {}
        for item in items:
            lanes.setdefault(item.delivery.lane, []).append(item.envelope.id)
        async with single_statements(self.factory.unmanaged) as sql:
            left = await inbox.mark_run(sql, self.group.name, lanes, attempt)
        await reach("consumer.after_marker")
        own = frozenset[uuid.UUID]().union(*(self._marked.get(lane, ()) for lane in lanes))
        self._marked |= {lane: frozenset(ids) for lane, ids in lanes.items()}
        return _Left.of(left, own) if left else _NOTHING_LEFT

    async def _unmark(self, lanes: Collection[str]) -> None:
        async with single_statements(self.factory.unmanaged) as sql:
            await inbox.finish_run(sql, self.group.name, lanes)

    def _count(self, outcome: str, number: int) -> None:
        if number:
            CONSUMER_HANDLED.labels(self.group.name, outcome).inc(number)
