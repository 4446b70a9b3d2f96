"""Events that were set aside: tried again, listed, redriven or discarded.

A held key is worked off in order, letter by letter. The attempt is counted before the handler
runs, so that an event that kills its process is found out. The row lock on ``held_key`` is what
keeps the live consumer from overtaking: while a letter is driven the consumer waits, and when
the last letter is done the key is free in the same transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.events.consumer import Consumer
from liandong.events.deliveries import Broken, Item
from liandong.events.subscriptions import Rejected
from liandong.identity.actors import Actor
from liandong.problems import NotFound
from liandong.transports.base import Delivery

log = structlog.get_logger(__name__)

OPEN = ("retrying", "waiting", "dead")

_DUE = text("""
    SELECT topic, key FROM backbone.held_key
    WHERE consumer_group = :group AND next_attempt_at <= clock_timestamp()
    ORDER BY next_attempt_at LIMIT :limit
""")
_LOCK = text("""
    SELECT key FROM backbone.held_key
    WHERE consumer_group = :group AND topic = :topic AND key = :key FOR UPDATE
""")
_FIRST = text("""
    SELECT * FROM backbone.dead_letter
    WHERE consumer_group = :group AND topic = :topic AND key = :key
      AND status IN ('retrying', 'waiting', 'dead')
    ORDER BY place LIMIT 1
""")
_COUNT_ATTEMPT = text("""
    UPDATE backbone.dead_letter
    SET attempts = attempts + 1, last_attempt_at = clock_timestamp(), status = 'retrying'
    WHERE id = :id
""")
_RESCHEDULE = text("""
    UPDATE backbone.held_key
    SET next_attempt_at = clock_timestamp() + make_interval(secs => :delay)
    WHERE consumer_group = :group AND topic = :topic AND key = :key
""")
_FREE = text("""
    DELETE FROM backbone.held_key
    WHERE consumer_group = :group AND topic = :topic AND key = :key
""")
_OPEN_LETTER = text("""
    SELECT * FROM backbone.dead_letter
    WHERE id = :id AND consumer_group = :group AND status IN ('retrying', 'waiting', 'dead')
""")
_TOPICS = text("""
    SELECT topic FROM backbone.held_key
    WHERE consumer_group = :group AND key = :key ORDER BY topic
""")


class Place(NamedTuple):
    """What is held: a key of a topic."""

    topic: str
    key: str


@dataclass(frozen=True)
class Letters:
    """Works on the set-aside events of one consumer group."""

    consumer: Consumer

    @property
    def _group(self) -> str:
        return self.consumer.group.name

    @property
    def _factory(self) -> UnitOfWorkFactory:
        return self.consumer.factory

    async def retry_due(self, limit: int = 50) -> int:
        """Drives the keys whose next attempt is due; how many letters were handled."""
        async with self._factory.engine.connect() as connection:
            due = (await connection.execute(_DUE, {"group": self._group, "limit": limit})).all()
        return sum([await self._drive(Place(*row), by=None) for row in due])

    async def redrive(self, key: str, *, by: Actor) -> int:
        """Drives a key now, dead letters included, until it is free or a letter fails again."""
        async with self._factory.engine.connect() as connection:
            topics = (await connection.scalars(_TOPICS, {"group": self._group, "key": key})).all()
        return sum([await self._drive(Place(topic, key), by=by) for topic in topics])

    async def _drive(self, place: Place, *, by: Actor | None) -> int:
        handled = 0
        while await self._drive_first(place, by=by):
            handled += 1
        return handled

    async def discard(self, letter_id: UUID, *, by: Actor, reason: str) -> None:
        """Gives a letter up: its event counts as dealt with, the key goes on without it."""

        async def work(uow: UnitOfWork) -> None:
            letter = await self._lock_open(uow.session, letter_id)
            if letter is None:
                raise NotFound("没有这条未处理的死信")
            await uow.session.execute(
                text(
                    "INSERT INTO backbone.inbox (event_id, consumer_group)"
                    " VALUES (:id, :group) ON CONFLICT DO NOTHING"
                ),
                {"id": letter["event_id"], "group": self._group},
            )
            await self._settle(uow, letter, "discarded", by)
            uow.record(
                "dead-letter.discarded",
                "dead-letter",
                letter_id,
                event_id=letter["event_id"],
                type=letter["type"],
                reason=reason,
            )

        await self._factory.run(by, work)

    async def _drive_first(self, place: Place, *, by: Actor | None) -> bool:
        """Handles the first letter of a held key; whether it is done, by us or by another."""
        letter = await self._claim(place, by)
        if letter is None:
            return False
        actor = by or self.consumer.actor

        async def work(uow: UnitOfWork) -> None:
            if await self._lock_open(uow.session, letter["id"]) is None:
                return  # another driver was quicker
            await self.consumer.apply(uow, [self._item(letter)], driving=True)
            await self._settle(uow, letter, "redriven", by)
            if by is not None:
                uow.record(
                    "dead-letter.redriven",
                    "dead-letter",
                    letter["id"],
                    event_id=letter["event_id"],
                    type=letter["type"],
                )

        try:
            await self._factory.run(actor, work)
        except Exception as error:
            if is_away(error):
                raise
            await self._failed(letter, error)
            return False
        return True

    async def _lock_open(
        self, session: AsyncSession | AsyncConnection, letter_id: UUID
    ) -> RowMapping | None:
        """The letter while it is open, behind the lock of its place: nobody else settles it."""
        names = {"id": letter_id, "group": self._group}
        letter = (await session.execute(_OPEN_LETTER, names)).mappings().first()
        if letter is None:
            return None
        await session.execute(_LOCK, self._names(_place(letter)))
        return (await session.execute(_OPEN_LETTER, names)).mappings().first()

    def _names(self, place: Place) -> dict[str, Any]:
        return {"group": self._group, "topic": place.topic, "key": place.key}

    async def _claim(self, place: Place, by: Actor | None) -> RowMapping | None:
        """The first letter of the key, its attempt counted; None when nothing is to be driven."""
        async with self._factory.engine.begin() as connection:
            names = self._names(place)
            if (await connection.execute(_LOCK, names)).first() is None:
                return None
            letter = (await connection.execute(_FIRST, names)).mappings().first()
            if letter is None:
                await connection.execute(_FREE, names)
                return None
            if letter["status"] == "dead" and by is None:
                await connection.execute(_RESCHEDULE, names | {"delay": None})
                return None
            attempts = letter["attempts"] + 1
            await connection.execute(_COUNT_ATTEMPT, {"id": letter["id"]})
            delay = self.consumer.group.retry.delay(attempts)
            await connection.execute(_RESCHEDULE, names | {"delay": delay})
            return letter

    def _item(self, letter: RowMapping) -> Item:
        headers = letter["headers"]
        delivery = Delivery(
            topic=letter["topic"],
            lane=letter["lane"],
            offset=letter["source_offset"],
            key=letter["key"],
            attributes=json.loads(headers) if isinstance(headers, str) else headers,
            payload=bytes(letter["payload"]),
        )
        parsed = self.consumer.reader.read(delivery)
        if isinstance(parsed, Item):
            return parsed
        raise Rejected(parsed.reason if isinstance(parsed, Broken) else "no longer subscribed")

    async def _failed(self, letter: RowMapping, error: Exception) -> None:
        attempts = letter["attempts"] + 1
        policy = self.consumer.group.retry
        dead = isinstance(error, Rejected) or attempts >= policy.attempts
        async with self._factory.engine.begin() as connection:
            if await self._lock_open(connection, letter["id"]) is None:
                return  # another driver succeeded meanwhile
            await connection.execute(
                text(
                    "UPDATE backbone.dead_letter SET status = :status, reason = :reason,"
                    " detail = :detail WHERE id = :id"
                ),
                {
                    "id": letter["id"],
                    "status": "dead" if dead else "retrying",
                    "reason": type(error).__name__,
                    "detail": str(error)[:2000],
                },
            )
            await connection.execute(
                _RESCHEDULE,
                self._names(_place(letter)) | {"delay": None if dead else policy.delay(attempts)},
            )
        log.warning(
            "letter_failed",
            group=self._group,
            event_id=str(letter["event_id"]),
            attempts=attempts,
            dead=dead,
        )

    async def _settle(
        self, uow: UnitOfWork, letter: RowMapping, status: str, by: Actor | None
    ) -> None:
        """Closes the letter; frees the key when it was the last."""
        await uow.session.execute(
            text(
                "UPDATE backbone.dead_letter SET status = :status, settled_by = :by,"
                " settled_at = clock_timestamp() WHERE id = :id"
            ),
            {"id": letter["id"], "status": status, "by": by.subject if by else None},
        )
        names = self._names(_place(letter))
        if (await uow.session.execute(_FIRST, names)).first() is None:
            await uow.session.execute(_FREE, names)
        else:
            await uow.session.execute(_RESCHEDULE, names | {"delay": 0})


def _place(letter: RowMapping) -> Place:
    return Place(letter["topic"], letter["key"])


async def list_letters(
    factory: UnitOfWorkFactory, *, group: str | None = None, everything: bool = False
) -> Sequence[RowMapping]:
    """Open dead letters (all of them with ``everything``), oldest first, without payloads."""
    async with factory.engine.connect() as connection:
        rows = await connection.execute(
            text("""
                SELECT id, consumer_group, key, event_id, type, status, reason, detail, attempts,
                       topic, lane, source_offset, first_seen_at, last_attempt_at, settled_at,
                       settled_by
                FROM backbone.dead_letter
                WHERE (CAST(:group AS text) IS NULL OR consumer_group = :group)
                  AND (:everything OR status IN ('retrying', 'waiting', 'dead'))
                ORDER BY consumer_group, key, place
            """),
            {"group": group, "everything": everything},
        )
        return rows.mappings().all()
