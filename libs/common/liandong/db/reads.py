"""A pool for looking up single rows: every statement for itself, nothing held between two."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from liandong.db.direct import Lookup
from liandong.db.engine import asyncpg_arguments, session_settings
from liandong.settings import Settings


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
    _pool: asyncpg.Pool | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self, lookup: Lookup, **bound: Any) -> dict[str, Any] | None:
        """The row of the lookup as it is committed now."""
        pool = self._pool or await self._opened()
        # A timer is set only where there is something to wait for.
        wait = None if pool.get_idle_size() else self.settings.pool_wait_seconds
        async with pool.acquire(timeout=wait) as connection:
            return lookup.row(await connection.fetchrow(lookup.sql, *lookup.arguments(bound)))

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
                        server_settings=session_settings(settings, "reads"),
                        init=_with_json,
                        reset=_leave_as_it_is,
                    )
                except OSError as error:
                    raise ConnectionError(str(error)) from error
            return self._pool
