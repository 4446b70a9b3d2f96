"""A listing lands while a payment is proposed or made: held or paid, never both, never neither."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from funding.learned.events import OrganizationListed
from liandong.faults import set_barrier
from liandong.ids import uuid7


class Gate:
    """Holds the first task that reaches the point; later ones pass."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            await self.open.wait()


def listed(payment: dict[str, Any]) -> OrganizationListed:
    return OrganizationListed(
        listing_id=uuid7(),
        organization_id=UUID(payment["organization_id"]),
        list="serious",
        listed_on=date(2019, 9, 20),
        measures=("hold-payments",),
    )


async def blocked(desk: Any) -> None:
    """Returns when somebody waits for a row lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(10):
        while True:
            async with desk.funding.runtime.worker_engine.connect() as connection:
                if await connection.scalar(query):
                    return


async def test_a_listing_that_lands_during_the_payment_finds_it_paid(desk: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    gate = Gate()
    set_barrier("command.before_commit", gate)
    try:
        making = asyncio.create_task(desk.make(payment))
        await gate.reached.wait()
        listing = asyncio.create_task(desk.tell(listed(payment)))
        await blocked(desk)
        gate.open.set()
        assert (await making).status_code == 200
        await listing
    finally:
        set_barrier("command.before_commit", None)
    after = await desk.payment(payment)
    assert (after["status"], after["holds"]) == ("made", [])
    assert "payment.held" not in await desk.types()


async def test_a_payment_asked_for_during_the_listing_finds_it_held(desk: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    gate = Gate()
    set_barrier("consumer.before_commit", gate)
    try:
        listing = asyncio.create_task(desk.tell(listed(payment)))
        await gate.reached.wait()
        making = asyncio.create_task(desk.make(payment))
        await blocked(desk)
        gate.open.set()
        await listing
        refused = await making
    finally:
        set_barrier("consumer.before_commit", None)
    assert refused.json()["type"] == "urn:liandong:problem:payment-held"
    assert (await desk.payment(payment))["status"] == "held"
    assert (await desk.get("/v1/ledger"))["items"] == []


async def test_a_payment_proposed_during_the_listing_is_held(desk: Any, people: Any) -> None:
    await desk.budget()
    entitlement = await desk.entitlement()
    gate = Gate()
    set_barrier("command.before_commit", gate)
    try:
        proposing = asyncio.create_task(
            desk.post("/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]})
        )
        await gate.reached.wait()
        listing = asyncio.create_task(desk.tell(listed(entitlement)))
        await blocked(desk)
        gate.open.set()
        payment = (await proposing).json()
        await listing
    finally:
        set_barrier("command.before_commit", None)
    assert (await desk.payment(payment))["status"] == "held"


async def test_two_clicks_at_once_pay_once(desk: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    answers = await asyncio.gather(*(desk.make(payment) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await desk.get("/v1/ledger/summary"))["count"] == 1


async def test_many_at_once_end_held_or_paid(desk: Any) -> None:
    await desk.budget()
    payments = [await desk.approved() for _ in range(10)]
    await asyncio.gather(
        *(desk.make(payment) for payment in payments),
        desk.tell(*(listed(payment) for payment in reversed(payments))),
    )
    after = [(await desk.payment(payment))["status"] for payment in payments]
    assert set(after) <= {"made", "held"}
    summary = await desk.get("/v1/ledger/summary")
    assert summary["count"] == after.count("made")
    assert (await desk.types()).count("payment.held") == after.count("held")
    assert await desk.letters() == 0
