"""Reads the figures again and again, on a connection of its own, whatever becomes of the database.

A worker reads all of them; an API only looks whether the database answers. While it is away the
figures stay as they were last read, ``liandong_database_up`` is 0, and a scrape is answered.
"""

import asyncio
import time
from dataclasses import dataclass

import asyncpg
import structlog

from liandong.db.engine import connect
from liandong.metrics import BACKGROUND_FAILED, DATABASE_SAMPLED, DATABASE_UP, LOOP_LAG
from liandong.observing import figures
from liandong.runtime import Runtime

log = structlog.get_logger(__name__)

PART = "figures"
_FAILED = (
    OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)  # fmt: skip
"""Whatever the network, the server and the driver say when a question was not answered."""


@dataclass
class Sampler:
    """Runs until it is cancelled."""

    runtime: Runtime
    everything: bool
    pause_seconds: float = 5.0
    seldom_seconds: float = 60.0
    answer_seconds: float = 10.0
    """How long the database may take for all of one round."""
    _connection: asyncpg.Connection | None = None
    _seldom_due: float = 0.0

    async def run(self) -> None:
        BACKGROUND_FAILED.labels(PART)
        try:
            while True:
                await self.look()
                await self._pause()
        finally:
            self._drop()

    async def look(self) -> bool:
        """One round; whether the database answered."""
        service = self.runtime.definition.name
        try:
            async with asyncio.timeout(self.answer_seconds):
                sql = await self._connected()
                await sql.execute("SELECT 1")
        except _FAILED as error:
            self._drop()
            DATABASE_UP.labels(service).set(0)
            log.warning("database_not_answering", error=type(error).__name__)
            return False
        DATABASE_UP.labels(service).set(1)
        if self.everything:
            await self._read(sql)
        return True

    async def _read(self, sql: asyncpg.Connection) -> None:
        """A figure that cannot be read is no reason to call the database away."""
        try:
            async with asyncio.timeout(self.answer_seconds):
                await figures.read_often(sql, self.runtime)
                if time.monotonic() >= self._seldom_due:
                    await figures.read_seldom(sql, self.runtime)
                    self._seldom_due = time.monotonic() + self.seldom_seconds
        except _FAILED as error:
            self._drop()
            BACKGROUND_FAILED.labels(PART).inc()
            log.warning("figures_not_read", error=type(error).__name__)
        else:
            DATABASE_SAMPLED.labels(self.runtime.definition.name).set_to_current_time()

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self.runtime.settings, PART)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _pause(self) -> None:
        asked = time.monotonic() + self.pause_seconds
        await asyncio.sleep(self.pause_seconds)
        late = time.monotonic() - asked
        LOOP_LAG.labels(self.runtime.definition.name).set(max(0.0, late))
