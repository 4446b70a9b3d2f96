"""Transactions that commit in another order than they wrote, or late; readers at full speed."""

import asyncio
import random
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from liandong.identity.actors import Role
from liandong.testing import probe as probes
from liandong.testing.pair import ACTOR
from liandong.testing.services import eventually, start

_IN_FEED = "SELECT 1 FROM backbone.event_feed WHERE headers->>'subject' = $1"


async def _appears(pair, thing) -> None:
    async def found() -> bool:
        return bool(await pair.fetch(pair.probe_database, _IN_FEED, str(thing)))

    await eventually(found, 60)


async def _open_unit(stack: AsyncExitStack, writer, value: int):
    """A unit of work whose event is written, and has its number, but is not committed."""
    uow = await stack.enter_async_context(writer.runtime.commands.begin(ACTOR))
    thing = await probes.make(uow, value)
    await uow.flush()
    return thing.id


@pytest.mark.scenario(
    4, "transactions commit in the opposite order of their seq", "every event is published"
)
async def test_events_that_commit_in_the_opposite_order_are_all_published(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.mirror().start()
        pair.probe().start()
        for _ in range(campaign.scale(3, 30)):
            units = [AsyncExitStack() for _ in range(5)]
            things = [await _open_unit(unit, pair.writer, 1) for unit in units]
            for unit, thing in reversed(list(zip(units, things, strict=True))):
                await unit.aclose()
                await _appears(pair, thing)
        await pair.settled()
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    5,
    "a transaction stays open while others write",
    "other keys keep flowing; the late event is published once after its commit",
)
async def test_a_transaction_that_stays_open_holds_nobody_up_and_is_published_in_the_end(
    campaign, new_pair
):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        pair.mirror().start()
        for _ in range(2):
            pair.probe("worker", other_port=True).start()
        probe = pair.probe("api")
        probe.start()
        await probe.ready()
        async with _own_writer(pair, statement_seconds=1200) as slow, AsyncExitStack() as unit:
            late = await _open_unit(unit, slow, 1)
            for _ in range(campaign.scale(1, 10)):
                await pair.flood(things=10, changes=campaign.scale(10, 100))
                await pair.settled()  # of what is committed; the late one is not
            assert await pair.fetch(pair.probe_database, _IN_FEED, str(late)) == []
        await _appears(pair, late)
        await pair.settled()
        campaign.count(await pair.tally())


@asynccontextmanager
async def _own_writer(pair, **settings):
    prefix = pair.settings.get("topic_prefix", "")
    writer = start(probes.PROBE, pair.probe_database, topic_prefix=prefix, **settings)
    try:
        yield writer
    finally:
        await writer.close()


async def _commit_late(pair, writer, seed: int, units: int) -> None:
    """Opens units and commits them in an order of its own, some of them much later."""
    chance = random.Random(seed)
    waiting: list[AsyncExitStack] = []
    thing = await pair.make(0)
    for number in range(units):
        unit = AsyncExitStack()
        await _open_unit(unit, writer, number)
        waiting.append(unit)
        await pair.change(thing, number)
        if len(waiting) > 3 or chance.random() < 0.5:
            await waiting.pop(chance.randrange(len(waiting))).aclose()
    for unit in waiting:
        await unit.aclose()


async def _read_all(pair, client, finished: asyncio.Event, limit: int, **asked):
    """Every event the feed gave until it was at its end and nobody wrote any more."""
    seen: list[dict[str, str]] = []
    cursor = ""
    while True:
        last = finished.is_set()
        parameters = {"after": cursor, "limit": limit, **asked}
        answer = await client.get("/v1/events", params=parameters)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        cursor = page["next"]
        seen += page["items"]
        if last and not page["items"] and not page["more"]:
            return seen


@pytest.mark.scenario(
    53,
    "feed readers poll at full speed during concurrent commits",
    "the union of pages is the set of committed events, in one order for all",
)
async def test_readers_at_full_speed_miss_nothing_and_agree_on_the_order(campaign, new_pair):
    for round_ in campaign.rounds():
        pair = await new_pair()
        pair.mirror().start()
        for _ in range(2):
            pair.probe("worker", other_port=True).start()
        apis = [pair.probe("api"), pair.probe("api", other_port=True)]
        for api in apis:
            api.start()
        for api in apis:
            await api.ready()
        readers = pair.processes.bearer("reader", Role.SYSTEM_ADMIN)
        finished = asyncio.Event()
        changed = probes.ThingChanged.type
        async with AsyncExitStack() as stack:
            writer = await stack.enter_async_context(_own_writer(pair, api_pool_size=20))
            first, second = [await stack.enter_async_context(pair.client(api.url)) for api in apis]
            for client in (first, second):
                client.headers.update(readers)
            reading = asyncio.gather(
                _read_all(pair, first, finished, 3),
                _read_all(pair, second, finished, 7, wait=0.2),
                _read_all(pair, first, finished, 500),
                _read_all(pair, second, finished, 3, type=[changed]),
                _read_all(pair, first, finished, 5, type=[changed], wait=0.2),
            )
            units = campaign.scale(15, 150)
            await asyncio.gather(
                *(_commit_late(pair, writer, round_ * 10 + n, units) for n in range(3))
            )
            await pair.settled()
            finished.set()
            everything, *others = await reading
        tally = await pair.tally()
        ids = [item["id"] for item in everything]
        changes = [item["id"] for item in everything if item["type"] == changed]
        assert len(ids) == len(set(ids)) == tally.committed
        assert [len(one) for one in others[2:]] == [len(changes)] * 2
        for one in others[:2]:
            assert [item["id"] for item in one] == ids
        for one in others[2:]:
            assert [item["id"] for item in one] == changes
        campaign.count(tally)
