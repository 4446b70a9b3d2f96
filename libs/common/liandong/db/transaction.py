"""One transaction on one pooled connection: in plain SQL, through the mapper, or both.

The transaction is opened and ended on the driver's own connection; SQLAlchemy, set to leave
transactions alone, maps and writes inside it. So the mechanism's statements, which are the same
in every command, cost what the driver costs, and a command that needs no mapper pays for none.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from asyncpg.transaction import Transaction as OwnTransaction
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession


@dataclass
class Transaction:
    """Made by :func:`transaction`. ``sql`` is asyncpg's connection, inside the transaction."""

    sql: asyncpg.Connection
    _connection: AsyncConnection
    _own: OwnTransaction
    _session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        """The mapper's session of this transaction, made when first asked for."""
        if self._session is None:
            self._session = AsyncSession(self._connection, expire_on_commit=False)
        return self._session

    async def flush(self) -> None:
        """Writes what the session holds back."""
        if self._session is not None:
            await self._session.flush()

    async def commit(self) -> None:
        await self._own.commit()

    async def _close(self, *, ended: bool) -> None:
        try:
            if self._session is not None:
                await self._session.close()
            if not ended and not self.sql.is_closed():
                await self._own.rollback()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pass  # the connection is lost, and its transaction with it
        finally:
            # A connection whose state is not known must not go back to the pool.
            if self.sql.is_closed() or self.sql.is_in_transaction():
                await self._connection.invalidate()


@dataclass(frozen=True)
class Reading:
    """In the place of a transaction, for questions that change nothing."""

    session: AsyncSession

    @property
    def sql(self) -> asyncpg.Connection:
        raise TypeError("a question has no transaction to write in")

    async def flush(self) -> None:
        raise TypeError("a question writes nothing")

    async def commit(self) -> None:
        raise TypeError("a question commits nothing")


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[Transaction]:
    """Rolls back unless the block has called ``commit``. SQLAlchemy must leave transactions on
    ``engine`` alone (isolation level AUTOCOMMIT)."""
    async with engine.connect() as connection:
        sql = await _driver(connection)
        while sql.is_closed():  # it was cut while it lay in the pool
            await connection.invalidate()
            sql = await _driver(connection)
        own = sql.transaction()
        await own.start()
        opened = Transaction(sql, connection, own)
        committed = False
        try:
            yield opened
            committed = not sql.is_in_transaction()
        finally:
            await opened._close(ended=committed)


@asynccontextmanager
async def single_statements(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A connection on which every statement is a transaction; ``engine`` as above."""
    async with engine.connect() as connection:
        sql = await _driver(connection)
        while sql.is_closed():
            await connection.invalidate()
            sql = await _driver(connection)
        try:
            yield sql
        finally:
            if sql.is_closed():
                await connection.invalidate()


async def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return driver
