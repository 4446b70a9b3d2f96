"""Consumers that are killed, thrown out of their group, or slower than it likes."""

import asyncio
import random
import time
from functools import partial

import pytest

from liandong.testing import probe as probes
from liandong.testing.pair import short_polled_mirror
from liandong.testing.services import eventually


@pytest.mark.parametrize(
    "point", ["consumer.after_marker", "consumer.before_commit", "consumer.after_commit"]
)
@pytest.mark.scenario(
    16, "consumer killed in the middle of a batch", "no event lost, no effect twice"
)
async def test_a_consumer_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    campaign, new_pair, point
):
    for _ in campaign.rounds():
        pair = await new_pair()
        mirror, probe = pair.mirror(), pair.probe()
        probe.start()
        await probe.ready()
        for times in (1, 2):
            await pair.write(things=10, changes=campaign.scale(3, 50))
            await pair.published()
            mirror.start(crash_at=f"{point}:{times}")
            await pair.make(1)  # one more batch, when a single one held everything
            assert await _died_or_done(pair, mirror) == -9
        mirror.start()
        await pair.settled()
        campaign.count(await pair.tally())


async def _died_or_done(pair, mirror) -> int:
    """Makes events, so that the point is reached so often, until the process ends."""
    ended = asyncio.create_task(mirror.died(60))
    while not ended.done():
        await pair.make(1)
        await asyncio.wait([ended], timeout=0.2)
    return await ended


@pytest.mark.scenario(
    17,
    "members join and leave the group during handling",
    "at most one effect of each event, no crash loop",
)
async def test_members_that_come_and_go_during_handling_cause_no_second_effect(campaign, new_pair):
    for round_ in campaign.rounds(2):
        pair = await new_pair()
        pair.probe().start()
        stays, *others = [pair.mirror() for _ in range(3)]
        for mirror in (stays, *others):
            mirror.start()
            await mirror.ready()
        chance = random.Random(round_)
        for turn in range(campaign.scale(3, 12)):
            await pair.flood(things=20, changes=20)
            left = chance.choice(others)
            if chance.random() < 0.5:
                left.kill()
            else:
                left.terminate()
                await left.died()
            await pair.flood(things=20, changes=20, at_once=5 + turn)
            left.start()
            await left.ready()
        await pair.settled()
        assert stays.running
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    18,
    "handler slower than the session timeout and the poll interval",
    "the member stays in its group, effect once",
)
async def test_a_slow_handler_keeps_its_place_and_its_effect_happens_once(campaign, new_pair):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        probe = pair.probe()
        mirrors = [pair.mirror(factory=short_polled_mirror) for _ in range(2)]
        for process in (probe, *mirrors):
            process.start()
            await process.ready()
        await eventually(partial(pair.has_members, len(mirrors)))
        slow = await pair.make(probes.WAITS_IN_HANDLER)
        await pair.change(slow, 1)
        until = time.monotonic() + campaign.scale(9, 30)
        while time.monotonic() < until:
            await pair.make(1)
            assert await pair.has_members(len(mirrors))
        assert await _effects_of(pair, slow) == 0
        await pair.permit(slow)
        await pair.settled()
        assert all(mirror.running for mirror in mirrors)
        letters = await pair.fetch(pair.mirror_database, "SELECT reason FROM backbone.dead_letter")
        assert letters == [], "somebody took the event for one that was given up"
        campaign.count(await pair.tally())


async def _effects_of(pair, thing) -> int:
    query = "SELECT count(*) FROM effect WHERE thing_id = $1"
    return (await pair.fetch(pair.mirror_database, query, thing))[0][0]
