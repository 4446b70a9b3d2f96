"""A listing lands while a payment is made or approved, or a contract awarded: one of the two."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import asyncpg
import pytest

from liandong.db.engine import asyncpg_arguments
from liandong.testing.services import eventually

SERVICES = ("registry", "credit-list", "supply-demand", "funding")
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
SCENARIO = pytest.mark.scenario(
    48,
    "blacklisting lands while a payment, an approval or an award is being committed",
    "held or final before, won or disqualified; never both, nothing after the hold",
)


@asynccontextmanager
async def stopped_at(town, service, statement, *arguments):
    """Holds a lock; whoever comes to it waits until the block ends, in the order of coming."""
    connection = await asyncpg.connect(**asyncpg_arguments(town.fleet.databases[service]))
    try:
        async with connection.transaction():
            await connection.execute(statement, *arguments)
            yield
    finally:
        await connection.close()


async def until_waiting(town, service, number):
    async def enough():
        return (await town.fleet.fetch(service, _WAITING))[0][0] >= number

    await eventually(enough, 60)


async def town_with_cases(new_town, count):
    """A town, and organisations each with an approved payment and a case that can be decided."""
    town = await new_town(*SERVICES, lock_wait_seconds=60, statement_seconds=60)
    await town.start(*SERVICES)
    organizations = [await town.organization() for _ in range(count)]
    await town.known(*organizations)
    return town, organizations


async def cases_ripe(town, organizations):
    cases = [await town.served_case(one) for one in organizations]
    town.move_behind(cases[-1]["window_ends_on"])
    return [await town.decidable(one) for one in cases]


async def listed(town, case):
    answer = await town.decide(case)
    assert answer.status_code == 200, answer.text


# Payments


async def payment_first(town, case, payment):
    """The payment stands at the gate, unasked yet; the listing is decided; the gate opens."""
    gate = "SELECT 1 FROM payee WHERE organization_id = $1 FOR UPDATE"
    async with stopped_at(town, "funding", gate, payment["organization_id"]):
        making = asyncio.create_task(town.make(payment))
        await until_waiting(town, "funding", 1)
        await listed(town, case)
        await until_waiting(town, "funding", 2)
    return (await making).status_code, 409, "held"


async def confirmed_before(town, case, payment):
    """Credit-list has answered; before the payment commits the listing arrives and waits."""
    line = "SELECT 1 FROM budget_line WHERE programme = 'F3' FOR UPDATE"
    async with stopped_at(town, "funding", line):
        making = asyncio.create_task(town.make(payment))
        await until_waiting(town, "funding", 1)
        await listed(town, case)
        await until_waiting(town, "funding", 2)
    return (await making).status_code, 200, "made"


async def listing_first(town, case, payment):
    """The listing has the gate and is about to hold the payment; the payment comes behind it."""
    row = "SELECT 1 FROM payment WHERE id = $1 FOR UPDATE"
    async with stopped_at(town, "funding", row, payment["id"]):
        await listed(town, case)
        await until_waiting(town, "funding", 1)
        making = asyncio.create_task(town.make(payment))
        await until_waiting(town, "funding", 2)
    return (await making).status_code, 409, "held"


async def paid_long_before(town, case, payment):
    code = (await town.make(payment)).status_code
    await listed(town, case)
    return code, 200, "made"


async def at_any_moment(town, case, payment):
    _, answer = await asyncio.gather(listed(town, case), town.make(payment))
    status = "made" if answer.status_code == 200 else "held"
    return answer.status_code, {"made": 200, "held": 409}[status], status


FORCED = (payment_first, confirmed_before, listing_first, paid_long_before)


@pytest.mark.timeout(400)
@SCENARIO
async def test_a_payment_is_held_or_was_made_before(campaign, new_town):
    for _ in campaign.rounds(2):
        races = [*FORCED, *[at_any_moment] * campaign.scale(4, 40)]
        town, organizations = await town_with_cases(new_town, len(races))
        await town.budget(len(races) * 10_000_000)
        awards = [(await town.entitled(one))[0] for one in organizations]
        payments = [await town.approved(one) for one in awards]
        cases = await cases_ripe(town, organizations)
        expected = {}
        for race, case, payment in zip(races, cases, payments, strict=True):
            code, due, status = await race(town, case, payment)
            assert code == due, race.__name__
            expected[payment["id"]] = status
        await town.fleet.quiet()
        for payment in payments:
            await _held_or_made(town, payment, expected[payment["id"]])


async def _held_or_made(town, payment, status):
    """The state, the ledger and the story that was published tell the same."""
    after = await town.payment(payment)
    assert after["status"] == status
    entries = await town.fleet.fetch(
        "funding", "SELECT 1 FROM ledger_entry WHERE payment_id = $1", payment["id"]
    )
    rows = await town.fleet.fetch(
        "funding",
        "SELECT type FROM backbone.event_feed WHERE key = $1 AND headers->>'subject' = $2"
        " ORDER BY position",
        payment["organization_id"],
        payment["id"],
    )
    story = [row["type"].rpartition(".")[2] for row in rows]
    assert len(entries) == (status == "made")
    assert story == ["approved", status]
    assert bool(after["holds"]) == (status == "held")


@pytest.mark.timeout(400)
@SCENARIO
async def test_an_approval_does_not_slip_past_the_hold(campaign, new_town):
    for _ in campaign.rounds(2):
        town, organizations = await town_with_cases(new_town, campaign.scale(4, 20))
        await town.budget(len(organizations) * 10_000_000)
        awards = [(await town.entitled(one))[0] for one in organizations]
        payments = [await town.proposed(one) for one in awards]
        cases = await cases_ripe(town, organizations)
        for number, (case, payment) in enumerate(zip(cases, payments, strict=True)):
            approval = ("funding", f"/v1/payments/{payment['id']}/approve", town.approver)
            if number % 2:
                _, answer = await asyncio.gather(
                    listed(town, case), town.ask(*approval, found=payment)
                )
            else:
                row = "SELECT 1 FROM payment WHERE id = $1 FOR UPDATE"
                async with stopped_at(town, "funding", row, payment["id"]):
                    await listed(town, case)
                    await until_waiting(town, "funding", 1)
                    approving = asyncio.create_task(town.ask(*approval, found=payment))
                    await until_waiting(town, "funding", 2)
                answer = await approving
                assert answer.status_code == 409
            await _held_after(town, payment, approved=answer.status_code == 200)


async def _held_after(town, payment, *, approved):
    """Held in every case: as an approved payment, or as one that awaits its approval."""

    async def held():
        return (await town.payment(payment))["status"] == "held"

    await eventually(held, 60)
    [row] = await town.fleet.fetch(
        "funding", "SELECT status_before_hold FROM payment WHERE id = $1", payment["id"]
    )
    assert row["status_before_hold"] == ("approved" if approved else "proposed")
    refused = await town.make(await town.payment(payment))
    assert refused.status_code == 409
    assert await town.fleet.fetch("funding", "SELECT 1 FROM ledger_entry") == []


# Awards

_BID = "SELECT 1 FROM bid WHERE id = $1 FOR UPDATE"


async def award_first(town, case, tender, bid):
    async with stopped_at(town, "supply-demand", _BID, bid["id"]):
        awarding = asyncio.create_task(town.award(tender, bid))
        await until_waiting(town, "supply-demand", 1)
        await listed(town, case)
        await until_waiting(town, "supply-demand", 2)
    return (await awarding).status_code, 409, "disqualified"


async def award_confirmed_before(town, case, tender, bid):
    """Credit-list has answered; the contract's row waits, and the listing behind it."""
    async with stopped_at(town, "supply-demand", "LOCK TABLE contract IN EXCLUSIVE MODE"):
        awarding = asyncio.create_task(town.award(tender, bid))
        await until_waiting(town, "supply-demand", 1)
        await listed(town, case)
        await until_waiting(town, "supply-demand", 2)
    return (await awarding).status_code, 201, "won"


async def listing_before_award(town, case, tender, bid):
    async with stopped_at(town, "supply-demand", _BID, bid["id"]):
        await listed(town, case)
        await until_waiting(town, "supply-demand", 1)
        awarding = asyncio.create_task(town.award(tender, bid))
        await until_waiting(town, "supply-demand", 2)
    return (await awarding).status_code, 409, "disqualified"


async def award_at_any_moment(town, case, tender, bid):
    _, answer = await asyncio.gather(listed(town, case), town.award(tender, bid))
    won = answer.status_code == 201
    return answer.status_code, 201 if won else 409, "won" if won else "disqualified"


AWARDS = (award_first, award_confirmed_before, listing_before_award)


@pytest.mark.timeout(400)
@SCENARIO
async def test_a_bid_is_disqualified_or_had_won_before(campaign, new_town):
    for _ in campaign.rounds(2):
        races = [*AWARDS, *[award_at_any_moment] * campaign.scale(3, 30)]
        town, organizations = await town_with_cases(new_town, len(races))
        tenders = [await town.tender(days=21) for _ in races]
        bids = [
            await town.bid(tender, one) for tender, one in zip(tenders, organizations, strict=True)
        ]
        cases = await cases_ripe(town, organizations)
        town.move_to(town.now + timedelta(days=21))
        tenders = [await town.closed(one) for one in tenders]
        for race, case, tender, bid in zip(races, cases, tenders, bids, strict=True):
            code, due, status = await race(town, case, tender, bid)
            assert code == due, race.__name__
            await eventually(partial(_stands, town, bid, status), 60)
        await town.fleet.quiet()
        rows = await town.fleet.fetch(
            "supply-demand",
            "SELECT b.status, c.id AS contract FROM bid b LEFT JOIN contract c ON c.bid_id = b.id",
        )
        assert len(rows) == len(races)
        assert all((row["status"] == "won") == (row["contract"] is not None) for row in rows)


async def _stands(town, bid, status):
    rows = await town.fleet.fetch(
        "supply-demand", "SELECT status FROM bid WHERE id = $1", bid["id"]
    )
    return rows[0]["status"] == status
