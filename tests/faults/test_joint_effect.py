"""One decision takes effect everywhere, while the processes that carry it are killed."""

import asyncio
from datetime import timedelta
from random import Random

import pytest

from liandong.settings import SERVICES

POINTS = {
    "command.before_commit": 40,
    "command.after_commit": 40,
    "relay.after_claim": 4,
    "relay.after_produce": 4,
    "relay.after_feed": 4,
    "consumer.after_marker": 4,
    "consumer.before_commit": 4,
    "consumer.after_commit": 4,
}
"""Where a process is killed, and at which pass at the latest."""
BUDGET_FEN = 55_000_000
"""Five stations and a half: the sixth is refused."""


class Chaos:
    """Kills three services at random named points and starts them again, until it is over."""

    def __init__(self, children, seed):
        self.dice = Random(seed)
        self.children = [children[name] for name in ("credit-list", "supply-demand", "funding")]
        self.deaths = []

    async def __aenter__(self):
        self._tasks = [asyncio.create_task(self._torment(child)) for child in self.children]
        return self

    async def __aexit__(self, *_):
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(outcome, AssertionError):
                raise outcome
        for child in self.children:
            if child.running:
                child.kill()
            child.start()
        await asyncio.gather(*(child.ready() for child in self.children))

    async def _torment(self, child):
        while True:
            point = self.dice.choice(list(POINTS))
            if child.running:
                child.kill()
            child.start(crash_at=f"{point}:{self.dice.randint(1, POINTS[point])}")
            assert await child.died(3600) == -9, child.told()
            self.deaths.append((child.name, point))


@pytest.mark.timeout(900)
@pytest.mark.scenario(
    0,
    "credit-list, supply-demand and funding killed at random points while one is blacklisted",
    "nothing awarded or paid to the barred, nothing paid twice, all released by the repair",
)
async def test_a_blacklisting_takes_effect_everywhere_whoever_is_killed(campaign, new_town):
    for turn in campaign.rounds(3):
        town = await new_town(instance_name="only")  # on Kafka a restart keeps its partitions
        children = await town.start(*SERVICES)
        organizations = [await town.organization() for _ in range(3)]
        await town.known(*organizations)
        line = await town.budget(BUDGET_FEN)
        async with Chaos(children, seed=turn) as chaos:
            payments, bids, listing_id = await blacklisted(town, organizations)
        assert len(chaos.deaths) > 2
        await town.fleet.quiet(180)
        await barred_everywhere(town, organizations[0], payments)
        await money_adds_up(town, line)
        async with Chaos(children, seed=1000 + turn):
            await town.repair(organizations[0], listing_id)
        await town.fleet.quiet(180)
        for payment in payments[:2]:
            released = await town.payment(payment)
            assert released["status"] == "approved"
            assert (await town.make(released)).status_code == 200
        await town.fleet.quiet(180)
        await money_adds_up(town, line)
        after = await town.fleet.fetch(
            "supply-demand", "SELECT status FROM bid WHERE id = ANY($1)", bids[0]
        )
        assert [row["status"] for row in after] == ["disqualified"] * 2


async def blacklisted(town, organizations):
    """Everybody has payments due and bids; the first is listed, then paid and awarded in vain."""
    payments = await payments_due(town, organizations)
    paid = [await town.make(one) for one in payments[2:]]
    assert {answer.status_code for answer in paid} == {200}
    soon, later = await town.tender(days=21), await town.tender(days=120)
    bids = [[(await town.bid(one, who))["id"] for one in (soon, later)] for who in organizations]
    case = await town.served_case(organizations[0])
    town.move_behind(case["window_ends_on"])
    case = await town.decidable(case)
    town.move_to(town.now + timedelta(days=21))
    soon = await town.closed(soon)
    decided = await town.decide(case)
    assert decided.status_code == 200, decided.text
    for payment in payments[:2]:
        assert (await town.make(payment)).status_code == 409
    refused = await town.award(soon, {"id": bids[0][0]})
    assert refused.status_code == 409, refused.text
    awarded = await town.award(soon, {"id": bids[1][0]})
    assert awarded.status_code == 201, awarded.text
    return payments, bids, decided.json()["listing_id"]


async def payments_due(town, organizations):
    """Two approved payments of each, but for the last, for which the budget is too small."""
    awards = [award for one in organizations for award in await town.entitled(one, sites=2)]
    payments = [await town.approved(award) for award in awards[:5]]
    body = {"entitlement_id": awards[5]["id"]}
    refused = await town.ask("funding", "/v1/payments", town.finance, body)
    assert refused.status_code == 409
    return payments


async def barred_everywhere(town, organization, payments):
    rows = await town.fleet.fetch(
        "supply-demand", "SELECT status FROM bid WHERE organization_id = $1", organization["id"]
    )
    assert [row["status"] for row in rows] == ["disqualified"] * 2
    contracts = await town.fleet.fetch("supply-demand", "SELECT organization_id FROM contract")
    assert len(contracts) == 1
    assert str(contracts[0]["organization_id"]) != organization["id"]
    for payment in payments[:2]:
        assert (await town.payment(payment))["status"] == "held"


async def money_adds_up(town, line):
    """The budget is kept, and each payment that was made is in the ledger and the feed once."""
    after = await town.read("funding", f"/v1/budgets/{line['id']}", town.finance)
    [live] = await town.fleet.fetch(
        "funding", "SELECT sum(amount_fen) AS fen FROM payment WHERE status <> 'cancelled'"
    )
    assert after["committed_fen"] == live["fen"] <= BUDGET_FEN
    made = await town.fleet.fetch("funding", "SELECT id FROM payment WHERE status = 'made'")
    entries = await town.fleet.fetch("funding", "SELECT payment_id AS id FROM ledger_entry")
    told = await town.fleet.fetch(
        "funding",
        "SELECT CAST(headers->>'subject' AS uuid) AS id FROM backbone.event_feed"
        " WHERE type = 'cn.liandong.funding.payment.made'",
    )
    assert sorted(row["id"] for row in made) == sorted(row["id"] for row in entries)
    assert sorted(row["id"] for row in made) == sorted(row["id"] for row in told)
