"""Many want the last of a budget at once."""

import asyncio
from collections import Counter
from datetime import date

import pytest

from funding.learned.events import GradeConfirmed
from liandong.ids import uuid7

AMOUNTS = {"3A": 2_000_000, "4A": 4_000_000, "5A": 8_000_000}
LEFT_FEN = 10_000_000
"""The last 100,000 元."""


def a_grade(number):
    grade = ("3A", "4A", "5A")[number % 3]
    return GradeConfirmed(
        grade_id=uuid7(),
        organization_id=uuid7(),
        district="340100",
        grade=grade,
        round="2018",
        confirmed_on=date(2018, 12, 3),
    )


@pytest.mark.parametrize("transport", ["feed"])  # what is decided is decided by HTTP
@pytest.mark.timeout(300)
@pytest.mark.scenario(
    45,
    "200 parallel payments against the last 100,000 元 of a budget, through two processes",
    "what is committed never exceeds the ceiling, and is what the payments sum up to",
)
async def test_a_budget_is_never_exceeded(campaign, new_town):
    for _ in campaign.rounds(2):
        town = await new_town("funding")
        replicas = [town.fleet.service("funding"), town.fleet.service("funding", other_port=True)]
        for one in replicas:
            one.start()
        await asyncio.gather(*(one.ready() for one in replicas))
        line = await town.budget(LEFT_FEN, "F12")
        await town.fleet.tell("funding", *(a_grade(number) for number in range(200)))
        waiting = await town.fleet.fetch("funding", "SELECT id FROM entitlement ORDER BY id")
        assert len(waiting) == 200
        answers = await asyncio.gather(
            *(
                town.ask(
                    "funding",
                    "/v1/payments",
                    town.finance,
                    {"entitlement_id": str(row["id"])},
                    url=replicas[number % 2].url,
                )
                for number, row in enumerate(waiting)
            )
        )
        outcomes = Counter(answer.status_code for answer in answers)
        assert set(outcomes) == {201, 409}, outcomes
        refusals = {one.json()["type"] for one in answers if one.status_code == 409}
        assert refusals == {"urn:liandong:problem:budget-exceeded"}
        promised = sum(one.json()["amount_fen"] for one in answers if one.status_code == 201)
        assert LEFT_FEN - min(AMOUNTS.values()) < promised <= LEFT_FEN
        after = await town.read("funding", f"/v1/budgets/{line['id']}", town.finance)
        [paid] = await town.fleet.fetch("funding", "SELECT sum(amount_fen) AS fen FROM payment")
        assert after["committed_fen"] == paid["fen"] == promised
