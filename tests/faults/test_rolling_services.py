"""A rolling restart of real services behind balancers: nobody who sends a request once notices."""

import pytest

from liandong.testing.insisting import AskingOnce
from tests.faults.rollout import DRAIN_SECONDS, Crowd, rolled_out, unnoticed
from tests.faults.told import arrived, tally_of_services
from tests.faults.town import SEPTEMBER_2019, Town

SERVICES = ("registry", "credit-list", "supply-demand")


@pytest.mark.timeout(900)
@pytest.mark.scenario(
    49,
    "real services behind a balancer replaced one by one during traffic",
    "each request sent once and answered 200 or 201, every event once and in order",
)
async def test_a_rolling_restart_of_the_services_is_not_noticed(campaign, new_town):
    for _ in campaign.rounds(2):
        fleet = (await new_town(*SERVICES)).fleet
        ports = {name: fleet.ports[name] for name in SERVICES}

        def make(name, mode, fleet=fleet):
            return fleet.service(name, mode, other_port=True, drain_seconds=DRAIN_SECONDS)

        once = AskingOnce()
        async with rolled_out(ports) as rollout, Town(fleet, SEPTEMBER_2019, once) as town:
            await rollout.begin(make)
            bidders = [await town.organization() for _ in range(campaign.scale(2, 6))]
            await town.known(*bidders)
            crowd = Crowd(town, bidders)
            crowd.begin()
            await crowd.more()
            for _ in range(campaign.scale(1, 3)):
                await rollout.replace(make, campaign.scale((0,), (0, 1)))
            await crowd.more()
            unnoticed(rollout, once, await crowd.end())
            await fleet.quiet(240)
            await arrived(fleet, crowd)
            campaign.count(await tally_of_services(fleet))
