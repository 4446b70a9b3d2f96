"""Budgets over HTTP: two persons, no effect before approval, the ceiling."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint

BODY = {
    "district": "340100",
    "programme": "F3",
    "year": 2019,
    "funding_source": "finance",
    "amount_fen": 20_000_000,
}


async def test_a_budget_has_no_effect_until_it_is_approved(desk: Any, people: Any) -> None:
    line = (await desk.post("/v1/budgets", people["finance"], BODY)).json()
    assert (line["amount_fen"], line["proposed_fen"]) == (0, 20_000_000)
    entitlement = await desk.entitlement()
    refused = await desk.post(
        "/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]}
    )
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:liandong:problem:no-budget-line"


@pytest.mark.parametrize("who", ["finance_2", "approver"])
async def test_another_finance_officer_or_an_approver_puts_it_into_force(
    desk: Any, people: Any, who: str
) -> None:
    made = await desk.post("/v1/budgets", people["finance"], BODY)
    line = made.json()
    assert made.headers["Location"] == f"/v1/budgets/{line['id']}"
    approved = await desk.post(f"/v1/budgets/{line['id']}/approve", people[who], version=1)
    assert approved.json()["amount_fen"] == 20_000_000
    assert approved.json()["proposed_fen"] is None


async def test_who_proposed_a_budget_may_not_approve_it(desk: Any, people: Any) -> None:
    line = (await desk.post("/v1/budgets", people["both"], BODY)).json()
    refused = await desk.post(f"/v1/budgets/{line['id']}/approve", people["both"], version=1)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:liandong:problem:two-person-rule"


async def test_approving_twice_is_refused(desk: Any, people: Any) -> None:
    line = await desk.budget()
    again = await desk.post(
        f"/v1/budgets/{line['id']}/approve", people["approver"], version=line["version"]
    )
    assert again.json()["type"] == "urn:liandong:problem:nothing-proposed"


async def test_a_slip_is_corrected_by_proposing_again_or_taking_back(
    desk: Any, people: Any
) -> None:
    line = (await desk.post("/v1/budgets", people["finance"], BODY)).json()
    address = f"/v1/budgets/{line['id']}"
    again = await desk.post(
        f"{address}/adjust", people["finance"], {"amount_fen": 30_000_000, "reason": "更正"}, 1
    )
    assert again.json()["proposed_fen"] == 30_000_000
    back = await desk.post(f"{address}/reject", people["finance"], {"reason": "撤回"}, 2)
    assert back.json()["proposed_fen"] is None
    nothing = await desk.post(f"{address}/reject", people["finance"], {"reason": "撤回"}, 3)
    assert nothing.status_code == 409


async def test_there_is_one_line_per_district_programme_and_year(desk: Any, people: Any) -> None:
    await desk.post("/v1/budgets", people["finance"], BODY)
    again = await desk.post("/v1/budgets", people["finance"], BODY)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:liandong:problem:budget-line-exists"


async def test_a_budget_cannot_fall_below_what_is_committed(desk: Any, people: Any) -> None:
    line = await desk.budget(20_000_000)
    await desk.proposed()
    line = await desk.get(f"/v1/budgets/{line['id']}")
    assert (line["committed_fen"], line["available_fen"]) == (10_000_000, 10_000_000)
    body = {"amount_fen": 9_999_999, "reason": "压减"}
    refused = await desk.post(
        f"/v1/budgets/{line['id']}/adjust", people["finance"], body, line["version"]
    )
    assert refused.json()["type"] == "urn:liandong:problem:budget-below-commitments"


async def test_the_database_itself_refuses_to_commit_beyond_the_amount(desk: Any) -> None:
    await desk.budget(20_000_000)
    async with desk.funding.runtime.worker_engine.connect() as connection:
        with pytest.raises(IntegrityError) as refused:
            await connection.execute(text("UPDATE budget_line SET committed_fen = 20000001"))
    assert violated_constraint(refused.value) == "ck_budget_line_within_amount"


async def test_finance_acts_in_the_own_district_only(desk: Any, people: Any) -> None:
    refused = await desk.post("/v1/budgets", people["elsewhere"], BODY)
    assert refused.json()["type"] == "urn:liandong:problem:other-district"
    line = await desk.budget()
    assert (await desk.get("/v1/budgets", people["elsewhere"]))["items"] == []
    hidden = await desk.funding.client.get(f"/v1/budgets/{line['id']}", headers=people["elsewhere"])
    assert hidden.status_code == 403


async def test_budgets_come_page_by_page(desk: Any) -> None:
    for programme in ("F1", "F2", "F3"):
        await desk.budget(programme=programme)
    first = await desk.get("/v1/budgets", limit=2, year=2019)
    second = await desk.get("/v1/budgets", limit=2, year=2019, cursor=first["next_cursor"])
    found = [one["programme"] for one in first["items"] + second["items"]]
    assert sorted(found) == ["F1", "F2", "F3"]
    assert second["next_cursor"] is None
    assert (await desk.get("/v1/budgets", year=2018))["items"] == []
