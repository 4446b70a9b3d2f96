"""An upgrade and its rollback during traffic: two releases on one schema, tables in use."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import asyncpg
import pytest

from liandong.db.engine import UnfitDatabase, asyncpg_arguments
from liandong.db.migrations import downgrade, migrate
from liandong.testing.newer import NEWER_PROBE, newer_probe
from liandong.testing.services import eventually
from tests.faults.test_rolling import clerk, succeed

pytestmark = pytest.mark.parametrize("transport", ["feed"])


def _never(seconds: float) -> None:
    raise AssertionError(f"the only attempt is not followed by a pause of {seconds} s")


async def revision(pair) -> str:
    return (await pair.fetch(pair.probe_database, "SELECT version_num FROM alembic_version"))[0][0]


async def more(seen, traffic) -> None:
    """Returns after fifty more answers, or when a clerk has got another than success."""
    wanted = seen[200] + 50

    async def there() -> bool:
        return seen[200] >= wanted or any(task.done() for task in traffic)

    await eventually(there)


@asynccontextmanager
async def long_reader(pair):
    """A transaction that has read the table and does not end: a report, say."""
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        async with connection.transaction():
            await connection.fetch("SELECT 1 FROM thing LIMIT 1")
            yield
    finally:
        await connection.close()


@pytest.mark.timeout(400)
@pytest.mark.scenario(
    37,
    "migration running while old and new code serve traffic",
    "no answer but success; without its lock a migration changes nothing; either release starts",
)
async def test_an_upgrade_and_its_rollback_are_not_noticed(campaign, new_pair):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        apis = [pair.probe("api"), pair.probe("api", other_port=True)]
        others = [pair.probe("worker", other_port=True), pair.mirror()]
        for one in (*apis, *others):
            one.start()
        await asyncio.gather(*(one.ready() for one in (*apis, *others)))
        first, second = ([one.url] for one in apis)
        stop, seen = asyncio.Event(), Counter()
        traffic = [
            asyncio.create_task(clerk(pair, replicas, stop, seen))
            for replicas in (first, second)
            for _ in range(campaign.scale(2, 4))
        ]

        async with long_reader(pair):
            with pytest.raises(UnfitDatabase, match="未能在 3s 内取得表锁"):
                await asyncio.to_thread(
                    migrate, NEWER_PROBE, pair.probe_database, attempts=1, pause=_never
                )
        assert await revision(pair) == "probe_0001"
        await asyncio.to_thread(migrate, NEWER_PROBE, pair.probe_database)
        assert await revision(pair) == "probe_0004"

        newer = pair.processes.service(
            newer_probe,
            database_url=pair.probe_database,
            urls={"probe": pair.probe_url},
            mode="api",
            **pair.settings,
        )
        second.append(newer.url)
        await succeed(apis[1], newer)
        second[:] = [newer.url]
        again = pair.probe("api", other_port=True)  # the old release, on the new schema
        again.start()
        await again.ready()
        await more(seen, traffic)
        noted = "SELECT count(*), count(note) FROM thing"
        things, notes = (await pair.fetch(pair.probe_database, noted))[0]
        assert 0 < notes <= things

        second[:] = [again.url]
        newer.terminate()  # the rollback: the code first, then, if at all, the schema
        assert await newer.died() == 0
        await asyncio.to_thread(downgrade, NEWER_PROBE, pair.probe_database, "probe_0001")
        assert await revision(pair) == "probe_0001"
        await more(seen, traffic)
        stop.set()
        await asyncio.gather(*traffic)
        assert set(seen) == {200, 201}, seen
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == seen.total()
        campaign.count(tally)
