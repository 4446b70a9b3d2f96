"""A rolling deployment during traffic: each process gets a successor, then SIGTERM."""

import asyncio
from collections import Counter

import httpx
import pytest

from liandong.testing.insisting import Insisting


async def clerk(pair, replicas, stop, seen):
    """Makes a thing and changes it again and again, at whichever replica takes the connection."""
    client = httpx.AsyncClient(
        base_url=pair.probe_url,
        headers=pair.processes.bearer("clerk-1", "clerk"),
        transport=Insisting(replicas, busy_too=False),
        timeout=30,
    )
    async with client:
        answer = await client.post("/v1/things", json={"value": 0})
        seen[answer.status_code] += 1
        thing = answer.json()["id"]
        value = 0
        while not stop.is_set():
            value = value % 800 + 1
            expected = {"If-Match": answer.headers["etag"]}
            answer = await client.put(
                f"/v1/things/{thing}", json={"value": value}, headers=expected
            )
            seen[answer.status_code] += 1
            if answer.status_code != 200:
                return


async def succeed(old, new):
    """The new process is there before the old one is asked to end; it ends by itself, well."""
    new.start()
    await new.ready()
    old.terminate()
    assert await old.died() == 0, old.told()


@pytest.mark.timeout(400)
@pytest.mark.scenario(
    49,
    "SIGTERM during traffic (rolling deploy)",
    "no 5xx, every command carried out once, batches finished or returned",
)
async def test_a_rolling_deployment_is_not_noticed(campaign, new_pair):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        apis = [pair.probe("api"), pair.probe("api", other_port=True)]
        workers = [pair.probe("worker", other_port=True), pair.mirror()]
        for one in (*apis, *workers):
            one.start()
        await asyncio.gather(*(one.ready() for one in (*apis, *workers)))
        replicas = [one.url for one in apis]
        stop, seen = asyncio.Event(), Counter()
        traffic = [
            asyncio.create_task(clerk(pair, replicas, stop, seen))
            for _ in range(campaign.scale(4, 12))
        ]
        for _ in range(campaign.scale(1, 6)):
            # at the usual port, where the mirror reads the feed, there is a gap in every turn
            for number, elsewhere in ((1, True), (0, True), (1, False)):
                successor = pair.probe("api", other_port=elsewhere)
                if elsewhere:
                    replicas.append(successor.url)
                await succeed(apis[number], successor)
                apis[number] = successor
                replicas[:] = [one.url for one in apis]
            apis.reverse()
            next_worker, next_mirror = pair.probe("worker", other_port=True), pair.mirror()
            await succeed(workers[0], next_worker)
            await succeed(workers[1], next_mirror)
            workers = [next_worker, next_mirror]
        stop.set()
        await asyncio.gather(*traffic)
        assert set(seen) == {200, 201}, seen
        assert seen[200] > len(traffic)
        await pair.settled()
        tally = await pair.tally()
        assert tally.committed == seen.total()
        campaign.count(tally)
