"""Bids: submission, seals, disqualification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town

ENDINGS = [
    (news.OrganizationSuspended, "suspended"),
    (news.OrganizationCancelled, "cancelled"),
    (news.OrganizationRevoked, "revoked"),
]


async def test_an_eligible_organisation_bids_and_the_event_tells_no_amount(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    answer = await town.bid(tender, organization_id)
    assert answer.status_code == 201
    bid = answer.json()
    assert answer.headers["Location"] == f"/v1/bids/{bid['id']}"
    assert (bid["status"], bid["amount_fen"]) == ("submitted", 18_000_000)
    [event] = await town.published("bid.submitted")
    assert event["data"] == {
        "bid_id": bid["id"],
        "tender_id": tender["id"],
        "organization_id": str(organization_id),
        "district": "340103",
    }


async def test_a_listed_organisation_is_refused_with_the_reason(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    await town.list_(organization_id)
    answer = await town.bid(tender, organization_id)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:liandong:problem:not-eligible"
    [rule] = problem["rules"]
    assert rule["code"] == "not-on-serious-list"
    assert rule["fact"] in problem["detail"]
    assert rule["learned_from"]


async def test_a_filed_group_is_refused_by_the_national_rules(town: Town) -> None:
    organization_id = await town.an_organization(kind="community_group", credit_code=None)
    answer = await town.bid(await town.a_tender(), organization_id)
    assert [rule["code"] for rule in answer.json()["rules"]] == ["has-legal-personality"]


async def test_a_tender_may_ask_for_a_grade_and_a_kind(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender(minimum_grade="3A", allowed_kinds=["foundation"])
    answer = await town.bid(tender, organization_id)
    assert [rule["code"] for rule in answer.json()["rules"]] == [
        "minimum-grade",
        "grade-still-valid",
        "kind-allowed",
    ]


async def test_a_second_bid_for_the_same_tender_is_refused(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    await town.a_bid(tender, organization_id)
    again = await town.bid(tender, organization_id, 17_000_000)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:liandong:problem:bid-exists"
    assert len(await town.published("bid.submitted")) == 1


async def test_after_withdrawing_another_bid_may_follow(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, organization_id)
    path = f"/v1/bids/{bid['id']}/withdraw"
    withdrawn = await town.made(path, town.of(organization_id), version=bid["version"])
    assert withdrawn["status"] == "withdrawn"
    await town.a_bid(tender, organization_id, 17_000_000)
    again = await town.post(path, town.of(organization_id), version=withdrawn["version"])
    assert again.status_code == 409


@pytest.mark.parametrize(("amount", "status"), [(20_000_000, 201), (20_000_001, 422), (0, 422)])
async def test_an_amount_lies_between_one_fen_and_the_budget(
    town: Town, amount: int, status: int
) -> None:
    answer = await town.bid(await town.a_tender(), await town.an_organization(), amount)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "/amount_fen"


async def test_nobody_bids_or_withdraws_after_the_time_even_if_the_worker_is_late(
    town: Town,
) -> None:
    early, late = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, early)
    town.pass_time(days=29)
    answer = await town.bid(tender, late)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:tender-not-open"
    path = f"/v1/bids/{bid['id']}/withdraw"
    withdrawal = await town.post(path, town.of(early), version=bid["version"])
    assert withdrawal.json()["type"] == "urn:liandong:problem:tender-not-open"


async def test_a_draft_takes_no_bids(town: Town) -> None:
    answer = await town.bid(await town.a_tender(publish=False), await town.an_organization())
    assert answer.json()["type"] == "urn:liandong:problem:tender-not-open"


async def test_an_organisation_bids_for_itself_only(town: Town) -> None:
    own, other = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    answer = await town.post(
        f"/v1/tenders/{tender['id']}/bids",
        town.of(own),
        {"amount_fen": 1, "organization_id": str(other)},
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:other-organization"


async def test_only_the_invited_bid_for_an_invited_tender(town: Town) -> None:
    invited = [await town.an_organization() for _ in range(3)]
    tender = await town.a_tender(
        method="invited", invited_organization_ids=[str(one) for one in invited]
    )
    await town.a_bid(tender, invited[0])
    answer = await town.bid(tender, await town.an_organization())
    assert answer.json()["type"] == "urn:liandong:problem:not-invited"


async def test_amounts_are_sealed_until_the_tender_closes(town: Town) -> None:
    one, other = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, one)
    path, bids = f"/v1/bids/{bid['id']}", f"/v1/tenders/{tender['id']}/bids"
    for who in (town.buyer, town.approver, town.clerk):
        found = await town.read(path, who)
        assert (found["sealed"], found["amount_fen"], found["plan"]) == (True, None, None)
        [listed] = (await town.read(bids, who))["items"]
        assert listed["amount_fen"] is None
    assert (await town.read(path, town.of(one)))["amount_fen"] == 18_000_000
    assert (await town.client.get(path, headers=town.of(other))).status_code == 403
    assert (await town.read(bids, town.of(other)))["items"] == []
    await town.close(tender)
    assert (await town.read(path, town.buyer))["amount_fen"] == 18_000_000
    assert (await town.client.get(path, headers=town.of(other))).status_code == 403


async def test_a_cancelled_tender_keeps_its_amounts_sealed(town: Town) -> None:
    tender = await town.a_tender()
    bid = await town.a_bid(tender, await town.an_organization())
    await town.made(
        f"/v1/tenders/{tender['id']}/cancel",
        town.buyer,
        {"reason": "预算调整"},
        tender["version"],
    )
    found = await town.read(f"/v1/bids/{bid['id']}", town.buyer)
    assert (found["status"], found["ended_reason"]) == ("lost", "tender-cancelled")
    assert found["amount_fen"] is None


async def test_the_log_and_the_feed_never_tell_an_amount_before_the_opening(town: Town) -> None:
    tender = await town.a_tender()
    await town.a_bid(tender, await town.an_organization(), 18_765_432)
    assert "18765432" not in str(await town.published())
    async with town.service.runtime.read_engine.connect() as connection:
        rows = (await connection.execute(text("SELECT details FROM backbone.audit_entry"))).all()
    assert rows
    assert "18765432" not in str(rows)


async def test_a_listing_disqualifies_every_live_bid_of_the_organisation_only(
    town: Town,
) -> None:
    bad, good = await town.an_organization(), await town.an_organization()
    tenders = [await town.a_tender() for _ in range(3)]
    live = [await town.a_bid(tender, bad) for tender in tenders]
    other = await town.a_bid(tenders[0], good)
    await town.close(tenders[0])
    listed = await town.list_(bad)
    for bid in live:
        found = await town.read(f"/v1/bids/{bid['id']}", town.of(bad))
        assert (found["status"], found["ended_reason"]) == ("disqualified", "listed")
        assert found["listing_id"] == str(listed.listing_id)
    assert (await town.read(f"/v1/bids/{other['id']}", town.of(good)))["status"] == "submitted"
    events = [event["data"] for event in await town.published("bid.disqualified")]
    assert {event["bid_id"] for event in events} == {bid["id"] for bid in live}
    assert {event["listing_id"] for event in events} == {str(listed.listing_id)}
    assert {event["reason"] for event in events} == {"listed"}


async def test_the_disqualification_names_the_event_that_caused_it(town: Town) -> None:
    organization_id = await town.an_organization()
    await town.a_bid(await town.a_tender(), organization_id)
    listed = town.envelope(
        news.OrganizationListed(
            listing_id=uuid7(),
            organization_id=organization_id,
            list="serious",
            listed_on=town.now.date(),
            measures=("bar-bids",),
        )
    )
    await town.deliver(listed)
    [event] = await town.published("bid.disqualified")
    assert event["causationid"] == str(listed.id)


@pytest.mark.parametrize("kind", ["abnormal", "red"])
async def test_a_listing_without_the_measure_disqualifies_nothing(town: Town, kind: str) -> None:
    organization_id = await town.an_organization()
    bid = await town.a_bid(await town.a_tender(), organization_id)
    await town.list_(organization_id, kind)
    found = await town.read(f"/v1/bids/{bid['id']}", town.of(organization_id))
    assert found["status"] == "submitted"
    assert (await town.bid(await town.a_tender(), organization_id)).status_code == 201


@pytest.mark.parametrize(("event", "status"), ENDINGS)
async def test_an_organisation_that_may_not_act_loses_its_live_bids(
    town: Town, event: type[news.OrganizationFacts], status: str
) -> None:
    facts = town.organization()
    await town.learn(news.OrganizationRegistered(**facts))
    bid = await town.a_bid(await town.a_tender(), facts["organization_id"])
    await town.learn(event(**facts | {"status": status}))
    [told] = await town.published("bid.disqualified")
    assert told["data"]["bid_id"] == bid["id"]
    assert (told["data"]["reason"], told["data"]["listing_id"]) == (status, None)


async def test_after_repair_a_new_bid_is_taken_and_the_old_one_stays_disqualified(
    town: Town,
) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    old = await town.a_bid(tender, organization_id)
    listed = await town.list_(organization_id)
    assert (await town.bid(tender, organization_id)).status_code == 409
    await town.repair(listed)
    new = await town.a_bid(tender, organization_id, 17_000_000)
    found = await town.read("/v1/bids", town.of(organization_id))
    assert [(bid["id"], bid["status"]) for bid in found["items"]] == [
        (old["id"], "disqualified"),
        (new["id"], "submitted"),
    ]


async def test_a_bid_of_another_district_is_not_read_by_its_officials(town: Town) -> None:
    bid = await town.a_bid(await town.a_tender(), await town.an_organization())
    elsewhere = bearer("buyer-9", Role.BUYER, district="340700")
    answer = await town.client.get(f"/v1/bids/{bid['id']}", headers=elsewhere)
    assert answer.status_code == 403


async def test_no_event_carries_personal_data(town: Town) -> None:
    organization_id = await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, organization_id)
    assert (await town.award(await town.close(tender), bid)).status_code == 201
    told = str(await town.published())
    for person in ("buyer-1", "approver-1", f"member-{organization_id}", "服务方案", "综合评分"):
        assert person not in told
