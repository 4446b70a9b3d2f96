"""Proposing many at once, and many at the same time, against a ceiling."""

import asyncio
from typing import Any

import pytest

ALL_STATIONS = {"programme": "F3", "district": "340100"}


async def test_all_open_entitlements_of_a_programme_are_proposed_until_the_budget_is_used_up(
    desk: Any, people: Any, make_site: Any
) -> None:
    line = await desk.budget(30_000_000)
    await desk.tell(*(make_site() for _ in range(5)), make_site("call_center"))
    answer = await desk.post("/v1/payments/propose", people["clerk"], ALL_STATIONS)
    done = answer.json()
    assert (done["proposed"], done["refused"], done["proposed_fen"]) == (3, 2, 30_000_000)
    refused = [one for one in done["results"] if one["outcome"] == "refused"]
    assert {one["type"] for one in refused} == {"urn:liandong:problem:budget-exceeded"}
    line = await desk.get(f"/v1/budgets/{line['id']}")
    assert (line["committed_fen"], line["available_fen"]) == (30_000_000, 0)


async def test_proposing_all_again_proposes_nothing_twice(
    desk: Any, people: Any, make_site: Any
) -> None:
    await desk.budget()
    await desk.tell(*(make_site() for _ in range(3)))
    await desk.post("/v1/payments/propose", people["finance"], ALL_STATIONS)
    again = await desk.post("/v1/payments/propose", people["finance"], ALL_STATIONS)
    assert again.json() == {
        "results": [],
        "proposed": 0,
        "refused": 0,
        "proposed_fen": 0,
        "next_after": None,
    }


async def test_many_are_proposed_page_by_page(desk: Any, people: Any, make_site: Any) -> None:
    await desk.budget()
    await desk.tell(*(make_site() for _ in range(3)))
    first = await desk.post("/v1/payments/propose", people["finance"], ALL_STATIONS | {"limit": 2})
    assert first.json()["proposed"] == 2
    second = await desk.post(
        "/v1/payments/propose",
        people["finance"],
        ALL_STATIONS | {"limit": 2, "after": first.json()["next_after"]},
    )
    assert (second.json()["proposed"], second.json()["next_after"]) == (1, None)


async def test_named_entitlements_are_proposed_each_on_its_own_merits(
    desk: Any, people: Any
) -> None:
    await desk.budget()
    taken = (await desk.proposed())["entitlement_id"]
    free = (await desk.entitlement())["id"]
    unknown = "019a0000-0000-7000-8000-000000000000"
    answer = await desk.post(
        "/v1/payments/propose",
        people["finance"],
        {"entitlement_ids": [taken, free, unknown, free]},
    )
    assert [(one["entitlement_id"], one["outcome"]) for one in answer.json()["results"]] == [
        (taken, "refused"),
        (free, "proposed"),
        (unknown, "refused"),
    ]


async def test_another_city_is_told_neither_what_is_open_nor_what_is_due(
    desk: Any, people: Any
) -> None:
    await desk.budget()
    entitlement = await desk.entitlement()
    listed = await desk.post("/v1/payments/propose", people["elsewhere"], ALL_STATIONS)
    assert (listed.status_code, listed.json()["type"]) == (
        403,
        "urn:liandong:problem:other-district",
    )
    named = {"entitlement_ids": [entitlement["id"]]}
    answer = await desk.post("/v1/payments/propose", people["elsewhere"], named)
    [refused] = answer.json()["results"]
    assert (refused["outcome"], refused["amount_fen"]) == ("refused", 0)
    assert refused["type"] == "urn:liandong:problem:other-district"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"programme": "F3"},
        {"district": "340100"},
        {"entitlement_ids": []},
        ALL_STATIONS | {"entitlement_ids": ["019a0000-0000-7000-8000-000000000000"]},
        ALL_STATIONS | {"limit": 501},
    ],
)
async def test_it_must_be_clear_what_to_propose(desk: Any, people: Any, body: Any) -> None:
    answer = await desk.post("/v1/payments/propose", people["finance"], body)
    assert answer.status_code == 422


async def test_lottery_money_does_not_pay_what_finance_promised(desk: Any, people: Any) -> None:
    await desk.budget(funding_source="lottery")
    entitlement = await desk.entitlement()
    refused = await desk.post(
        "/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]}
    )
    assert refused.json()["type"] == "urn:liandong:problem:funding-source-mismatch"


async def test_another_year_s_budget_is_used_only_when_it_is_named(desk: Any, people: Any) -> None:
    await desk.budget(year=2020)
    entitlement = await desk.entitlement()
    body = {"entitlement_id": entitlement["id"]}
    refused = await desk.post("/v1/payments", people["finance"], body)
    assert refused.json()["type"] == "urn:liandong:problem:no-budget-line"
    named = await desk.post("/v1/payments", people["finance"], body | {"budget_year": 2020})
    assert named.status_code == 201


async def test_parallel_proposals_never_commit_more_than_the_budget(
    desk: Any, people: Any, make_site: Any
) -> None:
    line = await desk.budget(70_000_000)
    await desk.tell(*(make_site() for _ in range(20)))
    open_ones = (await desk.get("/v1/entitlements", limit=200))["items"]
    answers = await asyncio.gather(
        *(
            desk.post("/v1/payments", people["finance"], {"entitlement_id": one["id"]})
            for one in open_ones
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 7 + [409] * 13
    line = await desk.get(f"/v1/budgets/{line['id']}")
    assert line["committed_fen"] == line["amount_fen"] == 70_000_000
    assert len((await desk.get("/v1/payments", limit=200))["items"]) == 7


async def test_parallel_proposals_of_one_entitlement_give_one_payment(
    desk: Any, people: Any
) -> None:
    line = await desk.budget()
    entitlement = await desk.entitlement()
    answers = await asyncio.gather(
        *(
            desk.post("/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]})
            for _ in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    line = await desk.get(f"/v1/budgets/{line['id']}")
    assert line["committed_fen"] == entitlement["amount_fen"]
