"""An upgrade and its rollback during traffic: two releases on one schema, tables in use."""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from liandong.db.engine import UnfitDatabase, asyncpg_arguments
from liandong.db.migrations import downgrade, migrate
from liandong.testing.newer import NEWER_PROBE, newer_mirror, newer_probe
from liandong.testing.services import eventually
from tests.faults.test_rolling import clerk, succeed


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


def newer(pair, mode):
    return pair.processes.service(
        newer_probe,
        database_url=pair.probe_database,
        urls={"probe": pair.probe_url},
        mode=mode,
        **pair.settings,
    )


async def start(*children):
    for one in children:
        one.start()
    await asyncio.gather(*(one.ready() for one in children))


async def replaced(replicas, old, new):
    """The clerks at these replicas go over to the new one."""
    replicas.append(new.url)
    await succeed(old, new)
    replicas[:] = [new.url]


async def handled(reader):
    """How many events the process has handled."""
    async with httpx.AsyncClient(base_url=reader.url, timeout=10) as client:
        told = (await client.get("/metrics")).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == "liandong_consumer_events_total" and sample.labels["outcome"] == "handled"
    )


async def both_handle(pair, *readers):
    """Returns when each of these members of one group has handled events from now on, and how many
    things were made for that: of every partition something has to come. Of the feed one reads at a
    time."""
    if pair.topic is None:
        return 0

    async def members():
        return await pair.has_members(len(readers))

    await eventually(members)
    before = [await handled(one) for one in readers]
    made = []

    async def moved():
        made.append(await pair.make(0))
        now = [await handled(one) for one in readers]
        return all(n > b for n, b in zip(now, before, strict=True))

    await eventually(moved)
    return len(made)


async def versions(pair):
    """Of the events on the feed, by the version that they were published in."""
    rows = await pair.fetch(pair.probe_database, "SELECT headers FROM backbone.event_feed")
    return Counter(json.loads(row["headers"])["dataschema"][-1] for row in rows)


@pytest.mark.timeout(600)
@pytest.mark.scenario(
    37,
    "migration running while old and new code serve traffic",
    "no answer but success; without its lock a migration changes nothing; either release starts, "
    "publishes and reads beside the other",
)
async def test_an_upgrade_and_its_rollback_are_not_noticed(campaign, new_pair):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        apis = [pair.probe("api"), pair.probe("api", other_port=True)]
        worker, readers = pair.probe("worker", other_port=True), [pair.mirror(), pair.mirror()]
        await start(*apis, worker, *readers)
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

        told, made = Counter(), 0
        for _ in range(campaign.scale(1, 3)):
            new_api, new_worker = newer(pair, "api"), newer(pair, "worker")
            new_reader = pair.mirror(factory=newer_mirror)
            await replaced(second, apis[1], new_api)
            await start(new_worker)  # both relays publish for a while
            await succeed(readers[1], new_reader)
            made += await both_handle(pair, readers[0], new_reader)
            worker.terminate()
            assert await worker.died() == 0
            await more(seen, traffic)
            noted = "SELECT count(*), count(note) FROM thing"
            things, notes = (await pair.fetch(pair.probe_database, noted))[0]
            assert 0 < notes <= things
            now = await versions(pair)
            assert all(now[one] > told[one] for one in ("1", "2")), (told, now)
            told = now

            # The rollback, in the middle: the old release starts anew on the new schema
            apis[1], worker = (pair.probe(mode, other_port=True) for mode in ("api", "worker"))
            readers[1] = pair.mirror()
            await replaced(second, new_api, apis[1])
            await succeed(new_worker, worker)
            await succeed(new_reader, readers[1])
            made += await both_handle(pair, *readers)
            await more(seen, traffic)

        await asyncio.to_thread(downgrade, NEWER_PROBE, pair.probe_database, "probe_0001")
        assert await revision(pair) == "probe_0001"
        await more(seen, traffic)
        stop.set()
        await asyncio.gather(*traffic)
        assert set(seen) == {200, 201}, seen
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == seen.total() + made
        campaign.count(tally)
