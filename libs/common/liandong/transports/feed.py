"""The feed as a transport: one service reads another's ``GET /v1/events`` by long poll.

The position is kept in the reader's own database. Nothing but HTTP and a token is needed, which
is why partners without access to Kafka, and the platform without a broker, use it.

Of several replicas of a service one reads a feed for a group at a time: it holds an advisory lock
on a connection of its own, and when it ends another takes its place.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.transports.base import Batch, Delivery

log = structlog.get_logger(__name__)

READER_LOCKS = 0x4C44_0005  # "LD", readers of feeds
_STANDBY_SECONDS = 0.5
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

Connect = Callable[[], Awaitable[asyncpg.Connection]]
Authorize = Callable[[], Awaitable[dict[str, str]]]


class FeedUnavailable(ConnectionError):
    """The other service's feed did not answer as agreed."""


@dataclass
class FeedSource:
    """Reads one service's feed for one consumer group; the service is the lane."""

    service: str
    group: str
    client: httpx.AsyncClient
    """With the service's base address."""
    engine: AsyncEngine
    connect: Connect
    """Opens a connection outside the pool, for the lock of whoever reads."""
    authorize: Authorize
    wait_seconds: float = 20.0
    batch_size: int = 500
    types: tuple[str, ...] = ()
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _behind: int = 0
    _place: asyncpg.Connection | None = None
    """Holds, or waits for, the lock of whoever reads."""
    _leads: bool = False

    async def start(self) -> None:
        self._stopping.clear()

    async def stop(self) -> None:
        self._stopping.set()
        await self._leave()

    async def batches(self) -> AsyncIterator[Batch]:
        cursor: str | None = None
        while not self._stopping.is_set():
            if not await self._reads():
                cursor, self._behind = None, 0
                yield Batch(deliveries=(), token=None)
                await self._stand_by()
                continue
            if cursor is None:
                cursor = await self._cursor()
            page = await self._page(cursor)
            items = page["items"]
            cursor = page["next"]
            self._behind = 1 if page.get("more") else 0
            yield Batch(
                deliveries=[self._delivery(item) for item in items],
                token=cursor,
            )

    async def _reads(self) -> bool:
        """Whether this replica is the one that reads; becomes it when nobody is."""
        if self._place is None:
            self._place, self._leads = await self.connect(), False
        try:
            if self._leads:  # as long as the connection lives
                await self._place.execute("SELECT 1")
            else:
                taken = await self._place.fetchval(
                    "SELECT pg_try_advisory_lock($1, hashtext($2))",
                    READER_LOCKS,
                    f"{self.group} {self.service}",
                )
                self._leads = bool(taken)
        except _LOST:
            await self._leave()
            raise
        return self._leads

    async def _leave(self) -> None:
        """Gives the place to whoever waits for it, at once: a closed connection keeps its locks
        until the server has seen that it is closed."""
        place, self._place = self._place, None
        if place is None:
            return
        try:
            await place.execute("SELECT pg_advisory_unlock_all()")
            await place.close(timeout=1)
        except _LOST as error:
            log.info("feed_place_lost", group=self.group, error=type(error).__name__)
        finally:
            if not place.is_closed():  # also when we were cancelled
                place.terminate()

    async def _stand_by(self) -> None:
        try:
            async with asyncio.timeout(_STANDBY_SECONDS):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def done(self, batch: Batch) -> None:
        if batch.token is None:
            return
        async with self.engine.begin() as connection:
            await connection.execute(
                text("""
                    INSERT INTO backbone.feed_cursor AS c (consumer_group, source, cursor)
                    VALUES (:group, :source, :cursor)
                    ON CONFLICT (consumer_group, source)
                    DO UPDATE SET cursor = excluded.cursor, moved_at = clock_timestamp()
                    WHERE c.cursor IS DISTINCT FROM excluded.cursor
                """),
                {"group": self.group, "source": self.service, "cursor": batch.token},
            )

    async def lag(self) -> dict[str, int]:
        """1 when the last page was full, 0 when the reader is at the end."""
        return {self.service: self._behind}

    async def _cursor(self) -> str:
        async with self.engine.connect() as connection:
            found = await connection.scalar(
                text(
                    "SELECT cursor FROM backbone.feed_cursor"
                    " WHERE consumer_group = :group AND source = :source"
                ),
                {"group": self.group, "source": self.service},
            )
        return found or ""

    async def _page(self, cursor: str) -> dict[str, Any]:
        parameters: dict[str, str | int | float | list[str]] = {
            "wait": self.wait_seconds,
            "limit": self.batch_size,
        }
        if cursor:
            parameters["after"] = cursor
        if self.types:
            parameters["type"] = list(self.types)
        try:
            answer = await self.client.get(
                "/v1/events",
                params=parameters,
                headers=await self.authorize(),
                timeout=self.wait_seconds + 10,
            )
        except httpx.HTTPError as error:
            raise FeedUnavailable(f"{self.service}: {type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise FeedUnavailable(f"{self.service}: HTTP {answer.status_code}")
        return answer.json()

    def _delivery(self, item: dict[str, Any]) -> Delivery:
        raw = item.pop("data_base64", None)
        data = item.pop("data", None)
        position = str(item.pop("position", ""))
        key = item.get("partitionkey")
        return Delivery(
            topic=f"liandong.{self.service}",
            lane=self.service,
            offset=position,
            key=None if key is None else str(key),
            attributes=dict(item),
            payload=(
                json.dumps(data, ensure_ascii=False).encode()
                if raw is None
                else base64.b64decode(str(raw))
            ),
        )
