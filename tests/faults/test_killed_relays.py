"""Relays are killed between their steps, and started anew."""

import pytest


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
