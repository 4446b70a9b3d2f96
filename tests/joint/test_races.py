"""Award and payment at the very moment of a listing, over both transports, with credit-list slow,
dead or answering rubbish. Every order of the steps: see the interleavings of both services."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from liandong.http import peers
from liandong.identity.actors import Role
from liandong.testing.services import eventually
from tests.faults.town import STATION_FEN, Found
from tests.joint.town import JointTown

DEAF = ("dead", "rubbish")
RACES = ("late-answer", "late-question", *DEAF)


@dataclass
class Contender:
    """An organisation with an approved payment, a bid in a closed tender, and a ripe case."""

    organization: Found
    payment: Found
    tender: Found
    bid: Found
    case: Found


async def contenders(town: JointTown, number: int) -> list[Contender]:
    organizations = [await town.organization() for _ in range(number)]
    await town.known(*organizations)
    await town.budget(number * STATION_FEN)
    payments = [await town.approved((await town.entitled(one))[0]) for one in organizations]
    tenders = [await town.tender(days=30) for _ in organizations]
    bids = [await town.bid(*both) for both in zip(tenders, organizations, strict=True)]
    cases = [await town.served_case(one) for one in organizations]
    town.move_to(town.now + timedelta(days=30))
    return [
        Contender(who, payment, await town.closed(tender), bid, await town.decidable(case))
        for who, payment, tender, bid, case in zip(
            organizations, payments, tenders, bids, cases, strict=True
        )
    ]


async def listed(town: JointTown, one: Contender) -> str:
    answer = await town.decide(one.case)
    assert answer.status_code == 200, answer.text
    return answer.json()["listing_id"]


async def raced(town: JointTown, mood: str, one: Contender) -> tuple[list[int], str]:
    """Award and payment are asked for, then the organisation is listed; the codes of both."""
    town.door.close(mood)
    acts = [
        asyncio.create_task(act)
        for act in (town.award(one.tender, one.bid), town.make(one.payment))
    ]
    if mood in DEAF:
        answers = await asyncio.gather(*acts)
        return [answer.status_code for answer in answers], await listed(town, one)
    for _ in acts:
        await town.door.came.acquire()
    listing = await listed(town, one)
    for service in ("supply-demand", "funding"):  # their handlers have come, and wait behind
        await town.waits(service)
    town.door.opened.set()
    answers: list[httpx.Response] = await asyncio.gather(*acts)
    return [answer.status_code for answer in answers], listing


async def ended(town: JointTown, one: Contender) -> tuple[str, str, int]:
    [bid] = await town.fleet.fetch(
        "supply-demand", "SELECT status FROM bid WHERE id = $1", one.bid["id"]
    )
    contracts = await town.fleet.fetch(
        "supply-demand", "SELECT 1 FROM contract WHERE bid_id = $1", one.bid["id"]
    )
    return bid["status"], (await town.payment(one.payment))["status"], len(contracts)


def applied(town: JointTown, listing: str) -> Callable[[], Awaitable[bool]]:
    async def all_applied() -> bool:
        return {*(await town.obeyed(listing)).values()} == {"applied", "not_asked"}

    return all_applied


@pytest.mark.timeout(600)
async def test_nothing_is_awarded_or_paid_behind_a_listing(
    town: JointTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "ANSWER_SECONDS", 60)
    expected = {
        "late-answer": ([201, 200], ("won", "made", 1)),
        "late-question": ([409, 409], ("disqualified", "held", 0)),
        "dead": ([503, 503], ("disqualified", "held", 0)),
        "rubbish": ([503, 503], ("disqualified", "held", 0)),
    }
    listings: dict[str, str] = {}
    found = dict(zip(RACES, await contenders(town, len(RACES)), strict=True))
    for mood, one in found.items():
        codes, listings[mood] = await raced(town, mood, one)
        assert codes == expected[mood][0], mood
        await eventually(applied(town, listings[mood]))
        assert await ended(town, one) == expected[mood][1], mood
    town.door.close("")
    for mood, one in found.items():  # what is over is over, for all that comes later
        [bar] = [
            row
            for row in await town.read_list(
                "credit-list", f"/v1/listings/{listings[mood]}/measures"
            )
            if row["code"] == "bar-bids"
        ]
        assert bar["applied_count"] == int(mood != "late-answer")
        assert (await town.award(one.tender, one.bid)).status_code in (409, 412), mood
        assert (await town.make(await town.payment(one.payment))).status_code == 409, mood
        assert await ended(town, one) == expected[mood][1], mood
    await released(town, found["late-question"], listings["late-question"])
    await town.quiet()


async def released(town: JointTown, one: Contender, listing: str) -> None:
    """The listing is corrected: while that is under way nobody pays; then it is paid once."""
    before = await town.payment(one.payment)
    read = await town.read("credit-list", f"/v1/listings/{listing}")
    third = town.who("approver-3", Role.APPROVER)
    body = {"reason": "处罚对象为同名组织"}
    await town.do("credit-list", f"/v1/listings/{listing}/correct", third, body, read)

    async def free() -> Found | None:
        found = await town.payment(one.payment)
        return found if found["status"] == "approved" else None

    after = await eventually(free)
    assert (await town.make(before)).status_code == 412
    answers = await asyncio.gather(*(town.make(after) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await ended(town, one) == ("disqualified", "made", 0)
