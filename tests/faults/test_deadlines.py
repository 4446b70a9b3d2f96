"""Two workers watch the same deadlines; one of them is killed while it fires."""

from datetime import UTC, datetime

import pytest

from liandong.testing.services import an_actor, eventually
from liandong.timers.deadlines import set_deadline

SYSTEM = an_actor()
FIRED_VALUE = 7


async def due_at_once(pair, things):
    async with pair.writer.runtime.commands.begin(SYSTEM) as uow:
        for thing in things:
            await set_deadline(uow, "thing.due", thing, datetime.now(UTC), value=FIRED_VALUE)


@pytest.mark.scenario(
    44,
    "scheduler runs on two nodes, one of them killed while it fires",
    "each due deadline fires once",
)
async def test_each_deadline_fires_once(campaign, new_pair):
    for _ in campaign.rounds():
        pair = await new_pair()
        pair.mirror().start()
        nodes = [pair.probe("all"), pair.probe("worker", other_port=True)]
        many = campaign.scale(40, 1000)
        things = await pair.write(many, changes=0)
        await due_at_once(pair, things)
        # If the first is so slow that it fires four at the most, the other fires all the rest.
        nodes[0].start(crash_at="deadline.before_commit:5")
        nodes[1].start(crash_at=f"deadline.before_commit:{many - 4}")

        async def one_is_dead(nodes=nodes):
            return next((node for node in nodes if not node.running), None)

        killed = await eventually(one_is_dead, 60)
        assert await killed.died() == -9
        killed.start()

        async def all_settled(pair=pair):
            return not await pair.fetch(
                pair.probe_database, "SELECT 1 FROM backbone.deadline WHERE state = 'open'"
            )

        await eventually(all_settled, 60)
        states = await pair.fetch(
            pair.probe_database, "SELECT state, count(*) FROM backbone.deadline GROUP BY state"
        )
        assert [tuple(row) for row in states] == [("fired", len(things))]
        for node in nodes:  # the other may have been killed at the last of them
            node.kill()
        pair.probe("all").start()
        versions = await pair.fetch(pair.probe_database, "SELECT version, value FROM thing")
        assert {tuple(row) for row in versions} == {(2, FIRED_VALUE)}
        await pair.settled()
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    44,
    "scheduler runs on two nodes, one of them killed while it fires",
    "each due deadline fires once",
)
async def test_nodes_that_are_killed_one_after_the_other_fire_each_deadline_once(
    campaign, new_pair
):
    """No node lives longer than three deadlines."""
    for _ in campaign.rounds():
        pair = await new_pair()
        nodes = [pair.probe("worker"), pair.probe("worker", other_port=True)]
        things = await pair.write(campaign.scale(12, 100), changes=0)
        await due_at_once(pair, things)
        open_ones = "SELECT 1 FROM backbone.deadline WHERE state = 'open' LIMIT 1"
        ended = 0
        while await pair.fetch(pair.probe_database, open_ones):
            for node in nodes:
                if not node.running:
                    node.start(crash_at="deadline.before_commit:4")
                    ended += 1
            await eventually(lambda pair=pair, nodes=nodes: _over_or_dead(pair, nodes), 60)
        assert ended > 2
        for node in nodes:
            if node.running:
                node.kill()
        pair.probe("all").start()
        pair.mirror().start()
        await pair.settled()
        versions = await pair.fetch(pair.probe_database, "SELECT version, value FROM thing")
        assert {tuple(row) for row in versions} == {(2, FIRED_VALUE)}
        campaign.count(await pair.tally())


async def _over_or_dead(pair, nodes):
    if not all(node.running for node in nodes):
        return True
    open_ones = "SELECT 1 FROM backbone.deadline WHERE state = 'open' LIMIT 1"
    return not await pair.fetch(pair.probe_database, open_ones)
