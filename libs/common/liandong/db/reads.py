"""Pools for reading without a session: every statement for itself, nothing held between two."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from liandong.db.direct import Lookup
from liandong.db.engine import asyncpg_arguments, session_settings
from liandong.settings import Settings


def list_settings(settings: Settings) -> dict[str, str]:
    """For lists. Every statement is planned for what it asks: what is best for a word that a
    million names bear is not for one that nobody bears. None is worth being compiled, and what is
    asked often is in memory: a page is no dearer for being elsewhere."""
    return {
        "plan_cache_mode": "force_custom_plan",
        "jit": "off",
        "random_page_cost": "1.1",
        "statement_timeout": str(int(settings.list_seconds * 1000)),
    }


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """A connection that only ever reads in single statements has nothing to reset."""


async def _with_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )


@dataclass
class ReadPool:
    """Opened when first asked. An exhausted pool and an absent database raise what
    :func:`liandong.db.errors.is_away` knows."""

    settings: Settings
    purpose: str = "reads"
    session: Mapping[str, str] = field(default_factory=dict)
    """What its connections are set to beside what all connections are."""
    waiting: int = 0
    """Who waits for a connection now."""
    _pool: asyncpg.Pool | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self, lookup: Lookup, **bound: Any) -> dict[str, Any] | None:
        """The row of the lookup as it is committed now."""
        async with self.connection() as connection:
            return lookup.row(await connection.fetchrow(lookup.sql, *lookup.arguments(bound)))

    async def many(self, lookup: Lookup, **bound: Any) -> list[dict[str, Any]]:
        """All rows of the lookup, in its order, as they are committed now."""
        rows = await self.rows(lookup.sql, *lookup.arguments(bound))
        return [lookup.found(row) for row in rows]

    async def rows(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Of a statement in plain SQL."""
        async with self.connection() as connection:
            return await connection.fetch(sql, *arguments)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PoolConnectionProxy]:
        """One of the connections, taken out for a while."""
        self.waiting += 1
        try:
            pool = self._pool or await self._opened()
            connection = await pool.acquire(timeout=self._wait(pool))
        finally:
            self.waiting -= 1
        try:
            yield connection
        finally:
            await pool.release(connection)

    @property
    def connections(self) -> tuple[int, int]:
        """How many are open, and how many of them idle."""
        return (self._pool.get_size(), self._pool.get_idle_size()) if self._pool else (0, 0)

    def _wait(self, pool: asyncpg.Pool) -> float | None:
        """A timer is set only where there is something to wait for."""
        return None if pool.get_idle_size() else self.settings.pool_wait_seconds

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                settings = self.settings
                try:
                    self._pool = await asyncpg.create_pool(
                        **asyncpg_arguments(settings.database_url),
                        min_size=1,
                        max_size=settings.read_pool_size,
                        timeout=settings.connect_seconds,
                        server_settings={
                            **session_settings(settings, self.purpose),
                            **self.session,
                        },
                        init=_with_json,
                        reset=_leave_as_it_is,
                    )
                except OSError as error:
                    raise ConnectionError(str(error)) from error
            return self._pool
