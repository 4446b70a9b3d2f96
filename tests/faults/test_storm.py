"""Several replicas of everything, and at random moments something happens to one of them."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import asyncpg
import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from liandong.ids import uuid7

_CUT = (
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
_ENDS = ("kill", "terminate")
_HURTS = ("pause", "cut probe", "cut mirror")


async def _write(pair, finished: asyncio.Event, chance: random.Random) -> int:
    """Commits steadily; a commit that is cut is known by its effect alone, as for anybody."""
    things: list = []
    tried = 0
    while len(things) < 5:  # the first ones may be cut as well
        with suppress(*_CUT):
            things.append(await pair.make(0))
    while not finished.is_set():
        tried += 1
        with suppress(*_CUT):
            if chance.random() < 0.2:
                things.append(await pair.make(tried))
            else:
                await pair.change(chance.choice(things), tried)
    return tried


async def _command(pair, url: str, finished: asyncio.Event) -> int:
    """Sends commands to one API, each with its key until it is answered; how many were."""
    answered = 0
    async with pair.client(url) as client:
        while not finished.is_set():
            key = {"Idempotency-Key": uuid7().hex}
            while not finished.is_set():
                with suppress(httpx.HTTPError):
                    answer = await client.post("/v1/things", json={"value": 1}, headers=key)
                    if answer.status_code == 201:
                        answered += 1
                        break
                    assert answer.status_code >= 500, answer.text
                await asyncio.sleep(0.05)
    return answered


async def _strike(pair, replicas: list, chance: random.Random, unasked: list[str]) -> str:
    """Does something to a random replica, and sees to it that it, or a new one, stands again."""
    await _supervise(replicas, unasked)
    replica = chance.choice(replicas)
    what = chance.choice((*_ENDS, *_HURTS))
    if what == "kill":
        replica.kill()
    elif what == "terminate":
        replica.terminate()
        await replica.died()
    elif what == "pause":
        replica.pause()
        await pair.cut(pair.probe_database, "relay")  # while it stands still, another takes over
        await asyncio.sleep(chance.uniform(0.1, 1.0))
        replica.resume()
    else:
        database = pair.probe_database if what == "cut probe" else pair.mirror_database
        await pair.cut(database)
    await asyncio.sleep(chance.uniform(0.0, 0.3))
    if what in _ENDS:
        replica.start()
        await replica.ready()
    return what


async def _supervise(replicas: list, unasked: list[str]) -> None:
    """Starts whatever has ended although nobody asked it to, and notes it."""
    for replica in replicas:
        if not replica.running:
            unasked.append(f"{replica.name} ended with {replica.exit_code}: {replica.told()}")
            replica.start()
        await replica.ready()


@pytest.mark.scenario(
    0,
    "storm: replicas killed, ended, paused and cut off at random moments under traffic",
    "nothing is lost, doubled or out of order",
)
async def test_after_a_storm_every_event_is_there_once_and_in_order(campaign, new_pair, transport):
    for round_ in campaign.rounds(2):
        seed = round_ + 20 * (transport == "kafka")
        print(f"seed {seed}")  # noqa: T201 - what to begin with when it fails
        chance = random.Random(seed)
        pair = await new_pair()
        apis = [pair.probe("api"), pair.probe("api", other_port=True)]
        workers = [pair.probe("worker", other_port=True) for _ in range(2)]
        mirrors = [pair.mirror() for _ in range(2)]
        replicas = [*apis, *workers, *mirrors]
        for replica in replicas:
            replica.start()
        for replica in replicas:
            await replica.ready()
        finished, unasked = asyncio.Event(), []
        writing = [
            asyncio.create_task(_write(pair, finished, random.Random(seed))),
            *(asyncio.create_task(_command(pair, api.url, finished)) for api in apis),
        ]
        struck = Counter(
            [await _strike(pair, replicas, chance, unasked) for _ in range(campaign.scale(10, 80))]
        )
        finished.set()
        assert all(number > 0 for number in await asyncio.gather(*writing))
        await _supervise(replicas, unasked)
        print(f"seed {seed}: {dict(struck)}")  # noqa: T201
        await pair.settled(120)
        campaign.count(await pair.tally())
        assert unasked == [], "a replica did not outlive what was done to another"
