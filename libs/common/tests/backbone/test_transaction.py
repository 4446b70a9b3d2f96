"""A transaction ends with the block that opened it, however that ends."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.db.engine import api_engine, asyncpg_arguments
from liandong.db.transaction import RolledBack, Transaction, single_statements, transaction
from liandong.testing.probe import PROBE, database_for
from liandong.testing.services import eventually, settings_for

NOTE = "INSERT INTO note (text) VALUES ($1)"


@pytest_asyncio.fixture
async def engine(database_templates) -> AsyncIterator[AsyncEngine]:
    """A pool of one connection: whoever comes next gets what the one before has left."""
    url = await database_for(database_templates, PROBE)
    engine = api_engine(settings_for("probe", url, api_pool_size=1))
    async with single_statements(engine) as sql:
        await sql.execute("CREATE TABLE note (text text)")
    yield engine
    await engine.dispose()
    await database_templates.drop(url)


async def _notes(engine: AsyncEngine) -> list[str]:
    async with single_statements(engine) as sql:
        return [row["text"] for row in await sql.fetch("SELECT text FROM note")]


async def _stands_clean(engine: AsyncEngine) -> bool:
    """The next transaction is one: a statement that it rolls back is gone."""
    try:
        async with transaction(engine) as opened:
            await opened.sql.execute(NOTE, "tried")
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with transaction(engine) as opened:
        await opened.sql.execute(NOTE, "kept")
        await opened.commit()
    clean = await _notes(engine) == ["kept"]
    async with single_statements(engine) as sql:
        await sql.execute("DELETE FROM note")
    return clean and engine.pool.checkedout() == 0


async def test_what_is_not_committed_is_gone(engine):
    async with transaction(engine) as opened:
        await opened.sql.execute(NOTE, "one")
        await opened.session.execute(text("INSERT INTO note VALUES ('two')"))
    assert await _notes(engine) == []
    assert await _stands_clean(engine)


async def test_driver_and_mapper_write_in_the_same_transaction(engine):
    async with transaction(engine) as opened:
        await opened.sql.execute(NOTE, "one")
        await opened.session.execute(text("INSERT INTO note VALUES ('two')"))
        await opened.commit()
    assert await _notes(engine) == ["one", "two"]


async def test_a_commit_after_a_failed_statement_is_never_taken_for_success(engine):
    async with transaction(engine) as opened:
        await opened.sql.execute(NOTE, "lost")
        with pytest.raises(asyncpg.UndefinedTableError):
            await opened.sql.execute("SELECT * FROM nowhere")
        with pytest.raises(RolledBack):
            await opened.commit()
    assert await _notes(engine) == []
    assert await _stands_clean(engine)


async def _work(engine: AsyncEngine, opened: list[Transaction]) -> None:
    async with transaction(engine) as one:
        opened.append(one)
        await one.session.execute(text("INSERT INTO note VALUES ('lost')"))
        await one.sql.execute(NOTE, "lost")
        await one.sql.execute("SELECT pg_sleep(60)")


@pytest.mark.parametrize("apart", range(0, 40, 3))
async def test_a_block_cancelled_at_any_moment_and_once_more_leaves_nothing_open(engine, apart):
    """``apart`` turns of the loop lie before the first and between the two cancellations."""
    opened: list[Transaction] = []
    task = asyncio.create_task(_work(engine, opened))
    for _ in range(apart):
        await asyncio.sleep(0)
    task.cancel()
    for _ in range(apart):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _stands_clean(engine)


async def _sleeps(engine: AsyncEngine) -> bool:
    connection = await asyncpg.connect(**asyncpg_arguments(str(engine.url)))
    try:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        return bool(await connection.fetchval(query))
    finally:
        await connection.close()


async def test_a_block_cancelled_in_a_long_statement_leaves_nothing_open(engine):
    opened: list[Transaction] = []
    task = asyncio.create_task(_work(engine, opened))
    await eventually(lambda: _sleeps(engine))
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await _stands_clean(engine)


async def test_a_transaction_left_in_the_pool_is_not_handed_to_the_next(engine):
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        await raw.execute("BEGIN")
    assert await _stands_clean(engine)


async def test_a_connection_cut_in_the_block_is_replaced_for_the_next(engine):
    async with transaction(engine) as opened:
        await opened.session.execute(text("INSERT INTO note VALUES ('lost')"))
        with pytest.raises(asyncpg.PostgresError):
            await opened.sql.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await _stands_clean(engine)
