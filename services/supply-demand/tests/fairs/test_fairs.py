"""Fairs: suggestions, intents, and the one match that is confirmed."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town


async def an_intent(
    town: Town, fair: dict[str, Any], demand: dict[str, Any], offer: dict[str, Any]
) -> dict[str, Any]:
    body = {"demand_id": demand["id"], "offer_id": offer["id"]}
    return await town.made(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)


def at(fair: dict[str, Any], match: dict[str, Any]) -> str:
    return f"/v1/fairs/{fair['id']}/matches/{match['id']}"


async def test_a_fair_is_planned_corrected_opened_and_closed(town: Town) -> None:
    body = {"title": "第一届供需对接会", "district": "340100", "held_on": "2026-03-10"}
    fair = await town.made("/v1/fairs", town.clerk, body)
    path = f"/v1/fairs/{fair['id']}"
    headers = town.clerk | {"If-Match": '"v1"'}
    moved = await town.client.patch(path, json={"held_on": "2026-03-12"}, headers=headers)
    assert moved.json()["held_on"] == "2026-03-12"
    opened = await town.made(f"{path}/open", town.clerk, version=2)
    assert opened["status"] == "open"
    assert (await town.post(f"{path}/open", town.clerk, version=3)).status_code == 409
    closed = await town.made(f"{path}/close", town.clerk, version=3)
    assert closed["status"] == "closed"
    assert (await town.read("/v1/fairs?status=closed"))["items"] == [closed]


async def test_a_planned_fair_can_be_cancelled(town: Town) -> None:
    body = {"title": "错开的对接会", "district": "340100", "held_on": "2026-03-10"}
    fair = await town.made("/v1/fairs", town.clerk, body)
    gone = await town.made(
        f"/v1/fairs/{fair['id']}/cancel", town.clerk, {"reason": "重复"}, fair["version"]
    )
    assert (gone["status"], gone["ended_reason"]) == ("cancelled", "重复")


async def test_a_clerk_of_another_district_plans_no_fair_here(town: Town) -> None:
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    body = {"title": "对接会", "district": "340100", "held_on": "2026-03-10"}
    assert (await town.post("/v1/fairs", elsewhere, body)).status_code == 403


async def test_an_intent_keeps_its_score_and_the_reasons(town: Town) -> None:
    organization_id = await town.an_organization()
    await town.learn(
        news.GradeConfirmed(
            grade_id=uuid7(),
            organization_id=organization_id,
            grade="5A",
            valid_from=date(2025, 1, 1),
            valid_until=date(2030, 1, 1),
        )
    )
    await town.list_(organization_id, "red")
    fair, demand = await town.an_open_fair(), await town.a_demand()
    match = await an_intent(town, fair, demand, await town.an_offer(organization_id))
    assert (match["status"], match["score"]) == ("intended", 50 + 25 + 15 + 10)
    assert {reason["code"]: reason["points"] for reason in match["reasons"]} == {
        "class-equal": 50,
        "district-overlap": 25,
        "grade": 15,
        "standing": 10,
    }
    assert match["rule_set"] == "supply-demand.matching@100000/2016"


async def test_suggestions_rank_the_offers_of_eligible_organisations(town: Town) -> None:
    near, far, barred = [await town.an_organization() for _ in range(3)]
    best = await town.an_offer(near)
    second = await town.an_offer(far, districts=["340104"])
    await town.an_offer(near, service_class="culture")
    await town.an_offer(barred)
    await town.list_(barred)
    fair, demand = await town.an_open_fair(), await town.a_demand()
    path = f"/v1/fairs/{fair['id']}/suggestions"
    [found] = (await town.read(path, town.community))["items"]
    assert found["demand"]["id"] == demand["id"]
    assert [one["offer_id"] for one in found["offers"]] == [best["id"], second["id"]]
    assert [one["score"] for one in found["offers"]] == [75, 50]
    assert all(one["reasons"] for one in found["offers"])
    [short] = (await town.read(f"{path}?most=1", town.community))["items"]
    assert len(short["offers"]) == 1


async def test_a_fair_without_demands_suggests_nothing(town: Town) -> None:
    fair = await town.an_open_fair()
    found = await town.read(f"/v1/fairs/{fair['id']}/suggestions", town.clerk)
    assert found == {"items": [], "next_cursor": None}


async def test_the_same_intent_is_recorded_once(town: Town) -> None:
    offer = await town.an_offer(await town.an_organization())
    fair, demand = await town.an_open_fair(), await town.a_demand()
    await an_intent(town, fair, demand, offer)
    body = {"demand_id": demand["id"], "offer_id": offer["id"]}
    again = await town.post(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:liandong:problem:intent-exists"


async def test_only_an_open_fair_takes_intents(town: Town) -> None:
    offer = await town.an_offer(await town.an_organization())
    fair, demand = await town.an_open_fair(), await town.a_demand()
    await town.made(f"/v1/fairs/{fair['id']}/close", town.clerk, version=fair["version"])
    body = {"demand_id": demand["id"], "offer_id": offer["id"]}
    answer = await town.post(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)
    assert answer.status_code == 409


async def test_a_barred_organisation_is_not_matched(town: Town) -> None:
    organization_id = await town.an_organization()
    offer = await town.an_offer(organization_id)
    fair, demand = await town.an_open_fair(), await town.a_demand()
    match = await an_intent(town, fair, demand, offer)
    await town.list_(organization_id)
    confirmed = await town.post(
        f"{at(fair, match)}/confirm", town.community, version=match["version"]
    )
    assert confirmed.json()["type"] == "urn:liandong:problem:not-eligible"
    body = {"demand_id": (await town.a_demand())["id"], "offer_id": offer["id"]}
    answer = await town.post(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)
    assert answer.json()["type"] == "urn:liandong:problem:not-eligible"


async def test_confirming_matches_the_demand_and_releases_the_other_intents(town: Town) -> None:
    fair, demand = await town.an_open_fair(), await town.a_demand()
    offers = [await town.an_offer(await town.an_organization()) for _ in range(2)]
    chosen, other = [await an_intent(town, fair, demand, offer) for offer in offers]
    confirmed = await town.made(
        f"{at(fair, chosen)}/confirm", town.community, version=chosen["version"]
    )
    assert confirmed["status"] == "confirmed"
    assert (await town.read(f"/v1/demands/{demand['id']}"))["status"] == "matched"
    released = await town.read(at(fair, other), town.clerk)
    assert (released["status"], released["released_reason"]) == (
        "released",
        "需求已与其他供给对接",
    )


async def test_two_offers_confirmed_at_once_resolve_to_one(town: Town) -> None:
    fair, demand = await town.an_open_fair(), await town.a_demand()
    offers = [await town.an_offer(await town.an_organization()) for _ in range(2)]
    matches = [await an_intent(town, fair, demand, offer) for offer in offers]
    answers = await asyncio.gather(
        *(town.post(f"{at(fair, one)}/confirm", town.community, version=1) for one in matches)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    found = await town.read(f"/v1/fairs/{fair['id']}/matches?status=confirmed", town.clerk)
    assert len(found["items"]) == 1


async def test_a_confirmed_match_can_be_released_and_the_demand_matched_again(
    town: Town,
) -> None:
    fair, demand = await town.an_open_fair(), await town.a_demand()
    first, second = [await town.an_offer(await town.an_organization()) for _ in range(2)]
    match = await an_intent(town, fair, demand, first)
    match = await town.made(f"{at(fair, match)}/confirm", town.community, version=1)
    body = {"demand_id": demand["id"], "offer_id": second["id"]}
    taken = await town.post(f"/v1/fairs/{fair['id']}/matches", town.clerk, body)
    assert taken.json()["type"] == "urn:liandong:problem:not-published"
    await town.made(
        f"{at(fair, match)}/release", town.community, {"reason": "未谈成"}, match["version"]
    )
    assert (await town.read(f"/v1/demands/{demand['id']}"))["status"] == "published"
    again = await an_intent(town, fair, demand, second)
    await town.made(f"{at(fair, again)}/confirm", town.community, version=1)


async def test_another_community_does_not_confirm(town: Town) -> None:
    fair, demand = await town.an_open_fair(), await town.a_demand()
    match = await an_intent(town, fair, demand, await town.an_offer(await town.an_organization()))
    neighbour = bearer("community-2", Role.COMMUNITY, district="340103001002")
    answer = await town.post(f"{at(fair, match)}/confirm", neighbour, version=1)
    assert answer.status_code == 403


async def test_a_match_is_found_at_its_own_fair_only(town: Town) -> None:
    fair, other = await town.an_open_fair(), await town.an_open_fair()
    match = await an_intent(
        town, fair, await town.a_demand(), await town.an_offer(await town.an_organization())
    )
    answer = await town.client.get(at(other, match), headers=town.clerk)
    assert answer.status_code == 404
