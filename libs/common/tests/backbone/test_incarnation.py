"""A database knows where it is; a copy of it works on above what the original has told."""

import asyncpg
import pytest

from liandong.contracts.definitions import definition_of
from liandong.db.base import Aggregate
from liandong.db.engine import UnfitDatabase, asyncpg_arguments
from liandong.db.incarnation import (
    POSITIONS,
    VERSIONS,
    assert_not_restored,
    begin_next,
    latest,
    place_of,
    versioned,
)
from liandong.settings import SERVICES
from liandong.testing.plugin import CloneDatabase
from liandong.testing.probe import PROBE, change, make
from liandong.testing.services import ServiceUnderTest, an_actor, settings_for


def _mapped(kind: type[Aggregate]) -> set[str]:
    ours = kind.__module__.partition(".")[0].replace("_", "-") in SERVICES
    found = {kind.__tablename__} if ours and "__table__" in vars(kind) else set[str]()
    return found.union(*(_mapped(one) for one in kind.__subclasses__()))


def test_every_aggregate_of_every_service_is_raised() -> None:
    raised = {table.name for one in SERVICES for table in versioned(definition_of(one))}
    assert "organization" in raised
    assert _mapped(Aggregate) <= raised


async def test_a_server_that_recovers_is_told_in_a_sentence() -> None:
    class Recovering:
        async def fetchrow(self, _: str) -> None:
            raise asyncpg.ObjectNotInPrerequisiteStateError("recovery is in progress")

    with pytest.raises(UnfitDatabase, match="请待恢复完成后再启动"):
        await place_of(Recovering())  # type: ignore[arg-type]


async def test_a_copy_is_refused_and_then_works_on_above_what_the_original_told(
    probe: ServiceUnderTest, clone_database: CloneDatabase
) -> None:
    original = probe.runtime.settings
    async with probe.runtime.commands.begin(an_actor()) as uow:
        thing = await make(uow, 1)
    await probe.runtime.relay.drain()
    await probe.runtime.commands.run(an_actor(), lambda uow: change(uow, thing.id, 2))
    await assert_not_restored(original)
    await assert_not_restored(original)
    await probe.close()

    name = asyncpg_arguments(original.database_url)["database"]
    copy = settings_for("probe", await clone_database(name))
    with pytest.raises(UnfitDatabase, match="liandong recover --service probe"):
        await assert_not_restored(copy)
    sql = await asyncpg.connect(**asyncpg_arguments(copy.database_url))
    try:
        async with sql.transaction():
            assert await begin_next(sql, PROBE, "王工") == 2
        await assert_not_restored(copy)
        assert await sql.fetchval("SELECT version FROM thing") == VERSIONS + 2
        waiting = await sql.fetchval("SELECT headers->>'sequence' FROM backbone.outbox")
        assert waiting == str(VERSIONS + 2)
        position = await sql.fetchval("SELECT nextval('backbone.event_feed_position')")
        assert position == POSITIONS + 1
        present = await latest(sql)
        assert present is not None
        assert present.number == 2
    finally:
        await sql.close()
