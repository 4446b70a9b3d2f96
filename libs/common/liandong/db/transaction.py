"""One transaction on one pooled connection: in plain SQL, through the mapper, or both.

The transaction is opened and ended on the driver's own connection; SQLAlchemy, set to leave
transactions alone, maps and writes inside it. So the mechanism's statements, which are the same
in every command, cost what the driver costs, and a command that needs no mapper pays for none.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from liandong.db.locking import LockingSession

_LOST = (
    OSError,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


class RolledBack(RuntimeError):
    """PostgreSQL answered COMMIT with ROLLBACK, as it does without an error after a statement
    that failed and was caught: nothing of the transaction is kept."""


@dataclass
class Transaction:
    """Made by :func:`transaction`. ``sql`` is asyncpg's connection, inside the transaction."""

    sql: asyncpg.Connection
    _connection: AsyncConnection
    watch: Callable[[Session], None] | None = None
    """Called with the mapper's session when it is made."""
    _session: AsyncSession | None = None
    _committed: bool = False

    @property
    def session(self) -> AsyncSession:
        """The mapper's session of this transaction, made when first asked for."""
        if self._session is None:
            self._session = AsyncSession(
                self._connection, expire_on_commit=False, sync_session_class=LockingSession
            )
            if self.watch is not None:
                self.watch(self._session.sync_session)
        return self._session

    async def flush(self) -> None:
        """Writes what the session holds back."""
        if self._session is not None:
            await self._session.flush()

    async def commit(self) -> None:
        """Raises :class:`RolledBack` when there was nothing left to commit."""
        said = await self.sql.execute("COMMIT")
        self._committed = True
        if said != "COMMIT":
            raise RolledBack(said)

    async def _end(self) -> None:
        """Ends what is open and gives the connection back, or drops it when that fails."""
        try:
            if self._session is not None:
                await self._session.close()
            if not self._committed and not self.sql.is_closed():
                await self.sql.execute("ROLLBACK")
        except _LOST:
            await self._connection.invalidate()
        finally:
            await _give_back(self._connection, self.sql)


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
    connection, sql = await _check_out(engine)
    opened = Transaction(sql, connection)
    try:
        await sql.execute("BEGIN")
        yield opened
    finally:
        # Whoever is cancelled here, even twice, must not leave the next user a transaction.
        await asyncio.shield(opened._end())


@asynccontextmanager
async def single_statements(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A connection on which every statement is a transaction; ``engine`` as above."""
    connection, sql = await _check_out(engine)
    try:
        yield sql
    finally:
        await asyncio.shield(_give_back(connection, sql))


async def _check_out(engine: AsyncEngine) -> tuple[AsyncConnection, asyncpg.Connection]:
    """An open connection; one that was cut while it lay in the pool is replaced."""
    connection = await engine.connect()
    try:
        while True:
            sql = (await connection.get_raw_connection()).driver_connection
            assert sql is not None
            if not sql.is_closed() and not sql.is_in_transaction():
                return connection, sql
            await connection.invalidate()
    except BaseException:
        await asyncio.shield(connection.close())
        raise


async def _give_back(connection: AsyncConnection, sql: asyncpg.Connection) -> None:
    try:
        if sql.is_closed() or sql.is_in_transaction():
            await connection.invalidate()
    finally:
        await connection.close()
