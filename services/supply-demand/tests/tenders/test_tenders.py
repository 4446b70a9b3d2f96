"""Tenders over HTTP: from a matched demand to the closing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

if TYPE_CHECKING:
    from conftest import Town


async def a_matched_demand(town: Town, **given: Any) -> dict[str, Any]:
    fair, demand = await town.an_open_fair(), await town.a_demand(**given)
    offer = await town.an_offer(await town.an_organization())
    body = {"demand_id": demand["id"], "offer_id": offer["id"]}
    match = await town.made(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)
    path = f"/v1/fairs/{fair['id']}/matches/{match['id']}/confirm"
    await town.made(path, town.community, version=match["version"])
    return await town.read(f"/v1/demands/{demand['id']}")


async def test_a_draft_is_seen_by_officials_only_and_can_be_corrected(town: Town) -> None:
    tender = await town.a_tender(publish=False, minimum_grade="3A")
    path = f"/v1/tenders/{tender['id']}"
    assert (await town.client.get(path)).status_code == 404
    headers = town.buyer | {"If-Match": f'"v{tender["version"]}"'}
    body = {"budget_fen": 15_000_000, "minimum_grade": None, "allowed_kinds": ["foundation"]}
    changed = await town.client.patch(path, json=body, headers=headers)
    assert changed.status_code == 200, changed.text
    found = changed.json()
    assert (found["budget_fen"], found["minimum_grade"]) == (15_000_000, None)
    assert found["allowed_kinds"] == ["foundation"]


async def test_a_published_tender_is_public_and_told(town: Town) -> None:
    tender = await town.a_tender()
    assert (await town.read(f"/v1/tenders/{tender['id']}")) == tender
    [event] = await town.published("tender.published")
    assert event["data"] == {
        "tender_id": tender["id"],
        "district": "340103",
        "title": "独居老人助餐服务采购",
        "buyer_district": "340100",
        "method": "open",
        "budget_fen": 20_000_000,
        "closes_at": "2026-03-31T01:00:00Z",
    }


async def test_a_published_tender_is_not_changed(town: Town) -> None:
    tender = await town.a_tender()
    headers = town.buyer | {"If-Match": f'"v{tender["version"]}"'}
    answer = await town.client.patch(
        f"/v1/tenders/{tender['id']}", json={"budget_fen": 1}, headers=headers
    )
    assert answer.status_code == 409


async def test_bidders_get_the_days_of_the_rule_set(town: Town) -> None:
    tender = await town.a_tender(publish=False, closes_at="2026-03-21T09:00:00+08:00")
    answer = await town.post(
        f"/v1/tenders/{tender['id']}/publish", town.buyer, version=tender["version"]
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "too-soon"
    assert "2026-03-22" in answer.json()["detail"]


async def test_a_wrong_tender_is_explained(town: Town) -> None:
    body = town.tender_body(method="lottery")
    answer = await town.post("/v1/tenders", town.buyer, body)
    assert answer.json()["errors"][0]["pointer"] == "/method"
    naive = town.tender_body(closes_at="2026-03-31T09:00:00")
    assert (await town.post("/v1/tenders", town.buyer, naive)).status_code == 422
    for_ever = town.tender_body(closes_at="9999-12-31T23:59:59Z")
    assert (await town.post("/v1/tenders", town.buyer, for_ever)).status_code == 422
    nowhere = {key: value for key, value in town.tender_body().items() if key != "district"}
    assert (await town.post("/v1/tenders", town.buyer, nowhere)).status_code == 422


async def test_a_buyer_acts_in_the_own_district(town: Town) -> None:
    elsewhere = bearer("buyer-9", Role.BUYER, district="340700")
    answer = await town.post("/v1/tenders", elsewhere, town.tender_body())
    assert answer.status_code == 403
    tender = await town.a_tender(publish=False)
    publication = await town.post(f"/v1/tenders/{tender['id']}/publish", elsewhere, version=1)
    assert publication.status_code == 403


async def test_a_matched_demand_becomes_one_tender(town: Town) -> None:
    demand = await a_matched_demand(town)
    bodies = [town.tender_body(demand_id=demand["id"], district=None) for _ in range(2)]
    answers = await asyncio.gather(*(town.post("/v1/tenders", town.buyer, body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    [made] = [answer.json() for answer in answers if answer.status_code == 201]
    assert made["district"] == demand["district"]
    assert (await town.read(f"/v1/demands/{demand['id']}"))["status"] == "tendered"


async def test_a_demand_that_is_not_matched_becomes_no_tender(town: Town) -> None:
    demand = await town.a_demand()
    answer = await town.post("/v1/tenders", town.buyer, town.tender_body(demand_id=demand["id"]))
    assert answer.status_code == 409
    unknown = await town.post("/v1/tenders", town.buyer, town.tender_body(demand_id=str(uuid7())))
    assert unknown.status_code == 404


async def test_the_award_closes_the_demand(town: Town) -> None:
    demand = await a_matched_demand(town)
    tender = await town.a_tender(demand_id=demand["id"])
    bid = await town.a_bid(tender, await town.an_organization())
    assert (await town.award(await town.close(tender), bid)).status_code == 201
    assert (await town.read(f"/v1/demands/{demand['id']}"))["status"] == "closed"


async def test_a_cancelled_tender_gives_its_demand_back(town: Town) -> None:
    demand = await a_matched_demand(town)
    tender = await town.a_tender(demand_id=demand["id"])
    gone = await town.made(
        f"/v1/tenders/{tender['id']}/cancel", town.buyer, {"reason": "预算调整"}, tender["version"]
    )
    assert (gone["status"], gone["ended_reason"]) == ("cancelled", "预算调整")
    assert (await town.read(f"/v1/demands/{demand['id']}"))["status"] == "matched"
    await town.a_tender(demand_id=demand["id"])


async def test_a_demand_outlives_its_deadline_in_procurement_only(town: Town) -> None:
    demand = await a_matched_demand(town, deadline="2026-03-05")
    tender = await town.a_tender(demand_id=demand["id"])
    town.pass_time(days=7)
    await town.service.settle()
    path = f"/v1/demands/{demand['id']}"
    assert (await town.read(path))["status"] == "tendered"
    await town.made(
        f"/v1/tenders/{tender['id']}/cancel", town.buyer, {"reason": "预算调整"}, tender["version"]
    )
    await town.service.settle()
    assert (await town.read(path))["status"] == "expired"


async def test_a_tender_closes_by_itself_at_its_time(town: Town) -> None:
    tender = await town.a_tender()
    town.pass_time(days=28, hours=23, minutes=59)
    await town.service.settle()
    assert (await town.read(f"/v1/tenders/{tender['id']}"))["status"] == "published"
    town.pass_time(minutes=1)
    await town.service.settle()
    found = await town.read(f"/v1/tenders/{tender['id']}")
    assert (found["status"], found["closed_at"]) == ("closed", "2026-03-31T01:00:00Z")


async def test_a_tender_is_not_closed_early_and_by_hand_when_the_worker_is_late(
    town: Town,
) -> None:
    tender = await town.a_tender()
    path = f"/v1/tenders/{tender['id']}/close"
    early = await town.post(path, town.buyer, version=tender["version"])
    assert early.json()["type"] == "urn:liandong:problem:still-open"
    town.pass_time(days=29)
    closed = await town.made(path, town.buyer, version=tender["version"])
    assert closed["status"] == "closed"
    await town.service.settle()
    assert (await town.read(f"/v1/tenders/{tender['id']}"))["version"] == closed["version"]


async def test_a_cancelled_tender_does_not_close_later(town: Town) -> None:
    tender = await town.a_tender()
    await town.made(
        f"/v1/tenders/{tender['id']}/cancel", town.buyer, {"reason": "预算调整"}, tender["version"]
    )
    assert (await town.close(tender))["status"] == "cancelled"


async def test_a_long_contract_says_why(town: Town) -> None:
    body = town.tender_body(term_months=24)
    answer = await town.post("/v1/tenders", town.buyer, body)
    assert answer.json()["errors"][0]["pointer"] == "/multi_year_basis"
    good = await town.post("/v1/tenders", town.buyer, body | {"multi_year_basis": "预算已批复"})
    assert good.status_code == 201
