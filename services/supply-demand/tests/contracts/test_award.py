"""The award: who may, what is checked; two at the same moment."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town


async def ready(town: Town) -> tuple[dict[str, Any], dict[str, Any], UUID]:
    """A closed tender with a bid of the organisation."""
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, organization_id)
    return await town.close(tender), bid, organization_id


async def state(town: Town, tender: dict[str, Any], bid: dict[str, Any]) -> tuple[str, str, int]:
    found = await town.read(f"/v1/tenders/{tender['id']}")
    of_bid = await town.read(f"/v1/bids/{bid['id']}", town.approver)
    contracts = await town.read(f"/v1/contracts?tender_id={tender['id']}")
    return found["status"], of_bid["status"], len(contracts["items"])


async def test_the_award_makes_the_contract_and_ends_every_bid(town: Town) -> None:
    one, other = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    won, lost = await town.a_bid(tender, one), await town.a_bid(tender, other, 19_000_000)
    answer = await town.award(await town.close(tender), won)
    assert answer.status_code == 201, answer.text
    contract = answer.json()
    assert answer.headers["Location"] == f"/v1/contracts/{contract['id']}"
    assert contract["rule_set"] == "supply-demand.eligibility@100000/2003"
    assert all(rule["passed"] for rule in contract["eligibility"])
    assert await state(town, tender, won) == ("awarded", "won", 1)
    assert (await town.read(f"/v1/bids/{lost['id']}", town.approver))["status"] == "lost"
    assert town.credit_list.asked == [f"/v1/standings/{one}"]
    [event] = await town.published("contract.awarded")
    assert event["data"] == {
        "contract_id": contract["id"],
        "tender_id": tender["id"],
        "bid_id": won["id"],
        "organization_id": str(one),
        "district": "340103",
        "amount_fen": 18_000_000,
        "awarded_on": "2026-03-31",
    }


async def test_who_made_the_tender_does_not_award_it(town: Town) -> None:
    town.buyer = bearer("both-1", Role.BUYER, Role.APPROVER)
    tender, bid, _ = await ready(town)
    town.approver = town.buyer
    answer = await town.award(tender, bid)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"


async def test_who_changed_the_draft_does_not_award_it(town: Town) -> None:
    both = bearer("both-1", Role.BUYER, Role.APPROVER)
    draft = await town.a_tender(publish=False)
    path = f"/v1/tenders/{draft['id']}"
    for by, title in ((both, "社区居家养老服务"), (town.buyer, "社区居家养老服务项目")):
        headers = by | {"If-Match": f'"v{draft["version"]}"'}
        changed = await town.client.patch(path, json={"title": title}, headers=headers)
        assert changed.status_code == 200
        draft = changed.json()
    tender = await town.made(f"{path}/publish", town.buyer, version=draft["version"])
    bid = await town.a_bid(tender, await town.an_organization())
    closed = await town.close(tender)
    approver, town.approver = town.approver, both
    answer = await town.award(closed, bid)
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    town.approver = approver
    assert (await town.award(closed, bid)).status_code == 201


async def test_an_approver_of_another_district_does_not_award(town: Town) -> None:
    tender, bid, _ = await ready(town)
    town.approver = bearer("approver-9", Role.APPROVER, district="340700")
    assert (await town.award(tender, bid)).status_code == 403


async def test_an_open_tender_is_not_awarded(town: Town) -> None:
    tender = await town.a_tender()
    bid = await town.a_bid(tender, await town.an_organization())
    answer = await town.award(tender, bid)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"


async def test_a_second_award_finds_the_tender_awarded(town: Town) -> None:
    tender, bid, _ = await ready(town)
    await town.award(tender, bid)
    assert (await town.award(tender, bid)).status_code == 412
    tender = await town.read(f"/v1/tenders/{tender['id']}")
    assert (await town.award(tender, bid)).status_code == 409


async def test_a_bid_of_another_tender_is_not_found(town: Town) -> None:
    tender, _, organization_id = await ready(town)
    other = await town.a_bid(
        await town.a_tender(closes_at="2026-05-31T09:00:00+08:00"), organization_id
    )
    assert (await town.award(tender, other)).status_code == 404
    assert (await town.award(tender, {"id": str(uuid7())})).status_code == 404


async def test_a_disqualified_bid_is_not_awarded(town: Town) -> None:
    tender, bid, organization_id = await ready(town)
    await town.list_(organization_id)
    answer = await town.award(tender, bid)
    assert answer.status_code == 409
    assert answer.json()["reason"] == "listed"
    assert await state(town, tender, bid) == ("closed", "disqualified", 0)
    assert town.credit_list.asked == []


async def test_a_disqualified_bid_is_not_awarded_after_repair_either(town: Town) -> None:
    tender, bid, organization_id = await ready(town)
    await town.repair(await town.list_(organization_id))
    assert (await town.award(tender, bid)).status_code == 409
    assert await state(town, tender, bid) == ("closed", "disqualified", 0)


async def test_eligibility_is_judged_again_at_the_award(town: Town) -> None:
    organization_id = await town.an_organization()
    confirmed = news.GradeConfirmed(
        grade_id=uuid7(),
        organization_id=organization_id,
        grade="4A",
        valid_from=date(2021, 3, 15),
        valid_until=date(2026, 3, 14),
    )
    await town.learn(confirmed)
    tender = await town.a_tender(minimum_grade="3A")
    bid = await town.a_bid(tender, organization_id)
    answer = await town.award(await town.close(tender), bid)
    assert answer.status_code == 409
    assert [rule["code"] for rule in answer.json()["rules"]] == ["grade-still-valid"]


async def test_a_bar_that_only_credit_list_knows_stops_the_award(town: Town) -> None:
    tender, bid, _ = await ready(town)
    town.credit_list.answer = {"known": True, "barred_from_bids": True}
    answer = await town.award(tender, bid)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:not-eligible"
    assert answer.json()["rules"][0]["code"] == "not-on-serious-list"
    assert await state(town, tender, bid) == ("closed", "submitted", 0)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.ConnectError("refused"), 200),
        (httpx.ReadTimeout("too slow"), 200),
        ({"known": True, "barred_from_bids": False}, 500),
        ({"known": True, "barred_from_bids": False}, 302),
        (None, 204),
        (b"", 200),
        (b"<html>\xff</html>", 200),
        (None, 200),
        ({"known": 1, "barred_from_bids": 0}, 200),
        (httpx.RemoteProtocolError("closed"), 200),
        ({"known": False, "barred_from_bids": False}, 200),
        ({"known": True}, 200),
        ({"known": True, "barred_from_bids": None}, 200),
        ({"known": True, "barred_from_bids": "false"}, 200),
        ({"barred_from_bids": False}, 200),
        ([], 200),
    ],
)
async def test_without_a_clear_answer_nothing_is_awarded(
    town: Town, answer: Any, status: int
) -> None:
    tender, bid, _ = await ready(town)
    town.credit_list.answer, town.credit_list.status = answer, status
    refused = await town.award(tender, bid)
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:liandong:problem:peer-unavailable"
    assert await state(town, tender, bid) == ("closed", "submitted", 0)
    assert await town.published("contract.awarded") == []
    town.credit_list.answer, town.credit_list.status = (
        {
            "known": True,
            "barred_from_bids": False,
        },
        200,
    )
    assert (await town.award(tender, bid)).status_code == 201


async def test_two_awards_at_once_make_one_contract(town: Town) -> None:
    one, other = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    bids = [await town.a_bid(tender, one), await town.a_bid(tender, other)]
    tender = await town.close(tender)
    answers = await asyncio.gather(*(town.award(tender, bid) for bid in bids))
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert len(await town.published("contract.awarded")) == 1


async def test_contracts_are_public_and_the_empty_list_is_a_list(town: Town) -> None:
    assert await town.read("/v1/contracts") == {"items": [], "next_cursor": None}
    assert (await town.client.get(f"/v1/contracts/{uuid7()}")).status_code == 404
