"""A locked row is read anew, and what was changed before is not lost by it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import service_base
from liandong.db.locking import LockingSession
from liandong.testing.postgres import DatabaseTemplates

Base = service_base()


class Sheet(Base):
    __tablename__ = "sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]
    note: Mapped[str]


@pytest_asyncio.fixture
async def engine(database_templates: DatabaseTemplates) -> AsyncIterator[AsyncEngine]:
    url = await database_templates.clone()
    made = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with made.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(Sheet).values(id=1, value=1, note=""))
    yield made
    await made.dispose()
    await database_templates.drop(url)


def ours(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False, sync_session_class=LockingSession)


async def changed_by_another(engine: AsyncEngine, value: int) -> None:
    async with AsyncSession(engine) as other:
        row = await other.get_one(Sheet, 1)
        row.value = value
        await other.commit()


async def test_what_another_has_changed_is_seen_under_the_lock(engine: AsyncEngine) -> None:
    async with ours(engine) as session:
        known = await session.get_one(Sheet, 1)
        await changed_by_another(engine, 2)
        assert known.value == 1
        assert await session.get(Sheet, 1, with_for_update=True) is known
        assert known.value == 2


async def test_a_locking_query_sees_it_too(engine: AsyncEngine) -> None:
    async with ours(engine) as session:
        known = await session.get_one(Sheet, 1)
        await changed_by_another(engine, 3)
        found = (await session.scalars(select(Sheet).with_for_update())).one()
        assert found is known
        assert found.value == 3


async def test_a_plain_query_leaves_what_is_known_as_it_is(engine: AsyncEngine) -> None:
    async with ours(engine) as session:
        known = await session.get_one(Sheet, 1)
        known.note = "mine"
        await changed_by_another(engine, 4)
        found = (await session.scalars(select(Sheet))).one()
        assert (found.value, found.note) == (1, "mine")


async def test_a_change_of_our_own_survives_a_second_lock(engine: AsyncEngine) -> None:
    async with ours(engine) as session:
        row = await session.get_one(Sheet, 1, with_for_update=True)
        row.note = "changed"
        await session.get(Sheet, 1, with_for_update=True)
        assert row.note == "changed"
        await session.commit()
    async with ours(engine) as session:
        assert (await session.get_one(Sheet, 1)).note == "changed"
