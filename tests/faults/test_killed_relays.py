"""Relays are killed between their steps, and started anew."""

import asyncio
import random
from functools import partial

import asyncpg
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.db.unit_of_work import SHARDS
from liandong.events import relay as relays_module
from liandong.testing.services import eventually

LOCK_CLASS = relays_module.SHARD_LOCKS


@pytest.mark.parametrize("point", ["relay.after_claim", "relay.after_produce", "relay.after_feed"])
@pytest.mark.scenario(
    7,
    "relay killed after produce was acknowledged, before delete",
    "every event appears with one id, its effect is there once",
)
async def test_a_relay_killed_between_its_steps_loses_and_doubles_nothing(
    campaign, new_pair, point
):
    for _ in campaign.rounds():
        pair = await new_pair()
        probe = pair.probe()
        pair.mirror().start()
        for _ in range(2):
            await pair.write(things=5, changes=campaign.scale(3, 200))
            probe.start(crash_at=point)
            assert await probe.died() == -9
        probe.start()
        await probe.ready()
        await pair.settled()
        campaign.count(await pair.tally())


BACKLOG = 500
"""The size of a relay's batch: what is killed is killed in the midst of whole ones."""


@pytest.mark.scenario(
    8,
    "relay killed in the middle of a batch of 500",
    "no later event of a key comes before an earlier one; none is lost or doubled",
)
async def test_a_relay_killed_in_the_middle_of_large_batches_keeps_the_order(campaign, new_pair):
    for round_ in campaign.rounds():
        pair = await new_pair()
        chance = random.Random(round_)
        batches = campaign.scale(3, 10)
        await pair.flood(things=10, changes=batches * BACKLOG // 10)
        for batch in range(batches):
            relay = pair.probe("worker", other_port=True)
            relay.start()
            await eventually(
                partial(_published_at_least, pair, batch * BACKLOG // 2 + chance.randrange(200))
            )
            relay.kill()
        pair.probe("worker", other_port=True).start()
        await pair.published()
        campaign.count(await pair.tally_of_published())


@pytest.mark.parametrize("transport", ["kafka"])
@pytest.mark.scenario(
    8,
    "relay killed in the middle of a batch of 500",
    "no later event of a key comes before an earlier one; none is lost or doubled",
)
async def test_a_relay_killed_when_the_broker_had_taken_half_a_batch_keeps_the_order(
    campaign, new_pair
):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.mirror().start()
        padding = "x" * 5_000  # a partition's part of the batch does not fit into one request
        for number in range(campaign.scale(150, BACKLOG)):
            await pair.make(number, padding)
        for times in range(2, 4):
            relay = pair.probe("worker", other_port=True)
            relay.start(crash_at=f"relay.within_produce:{times}")
            assert await relay.died() == -9
        assert await pair.fetch(pair.probe_database, "SELECT 1 FROM backbone.event_feed") == []
        pair.probe().start()
        await pair.settled()
        tally = await pair.tally()
        assert tally.resent > 0
        campaign.count(tally)


_OWNERS = """
    SELECT objid AS shard, count(*) AS owners FROM pg_locks
    WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY objid
"""


@pytest.mark.scenario(
    9,
    "three relays started at once, one restarted again and again",
    "order of every key holds; a shard has one owner at any time",
)
async def test_relays_that_come_and_go_share_the_shards_and_keep_the_order(campaign, new_pair):
    for _ in campaign.rounds(1):
        pair = await new_pair()
        relays = [pair.probe("worker", other_port=True) for _ in range(3)]
        for relay in relays:
            relay.start()
        for relay in relays:
            await relay.ready()
        writing = asyncio.create_task(pair.flood(things=50, changes=campaign.scale(60, 2000)))
        watching = asyncio.create_task(_one_owner_each(pair, writing))
        restarts = await _restart_until(writing, relays[0])
        await writing
        await pair.published(campaign.scale(60, 300))
        assert await watching == set(range(SHARDS))
        assert restarts > 0
        campaign.count(await pair.tally_of_published())


async def _restart_until(done: asyncio.Task, relay) -> int:
    """Kills the relay, or asks it to end, whenever it is ready; how often."""
    restarts = 0
    while not done.done():
        if restarts % 2:
            relay.terminate()
            await relay.died()
        else:
            relay.kill()
        relay.start()
        await relay.ready()
        restarts += 1
    return restarts


async def _one_owner_each(pair, writing: asyncio.Task) -> set[int]:
    """Looks at the locks until nothing is left to publish; the shards that had an owner."""
    seen: set[int] = set()
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        while not writing.done() or len(seen) < SHARDS:
            for row in await connection.fetch(_OWNERS, LOCK_CLASS):
                assert row["owners"] == 1, f"shard {row['shard']} has {row['owners']} owners"
                seen.add(row["shard"])
    finally:
        await connection.close()
    return seen


async def _published_at_least(pair, number: int) -> bool:
    rows = await pair.fetch(pair.probe_database, "SELECT count(*) FROM backbone.event_feed")
    return rows[0][0] >= number
