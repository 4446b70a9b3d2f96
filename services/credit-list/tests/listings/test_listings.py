"""Listings over HTTP and in the feed."""

from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any


async def remove(desk: Desk, listing: str, who: Any, **given: Any) -> Any:
    body = {"duty_done": True, "reason": "已补报年度工作报告"} | given
    return await desk.act(f"/v1/listings/{listing}/remove", body, who)


async def correct(desk: Desk, listing: str, who: Any) -> Any:
    body = {"reason": "处罚对象为同名组织"}
    return await desk.act(f"/v1/listings/{listing}/correct", body, who)


async def test_a_decision_to_list_is_published_with_its_measures(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    [event] = [one for one in await desk.service.published() if "-grade." not in one["type"]]
    assert event["type"] == "cn.liandong.credit-list.organization.listed"
    assert event["partitionkey"] == str(organization)
    on = {one["code"]: one for one in event["data"].pop("switched_on")}
    assert on["bar-bids"] == {
        "code": "bar-bids",
        "effect": "bar-bids",
        "executor": "supply-demand",
        "acknowledge": True,
        "ends_on": None,
    }
    assert not on["no-honours"]["acknowledge"]
    assert list(on) == event["data"]["measures"]
    assert event["data"] == {
        "listing_id": listing,
        "organization_id": str(organization),
        "district": "340103",
        "list": "serious",
        "trigger": "fine-50000",
        "listed_on": "2019-10-12",
        "exit_not_before": "2021-10-12",
        "measures": [
            "key-supervision",
            "bar-bids",
            "hold-payments",
            "no-honours",
            "review-grade",
        ],
        "rule_set": "credit-list.listings@100000/2018-order-60",
        "listing_version": 1,
    }


async def test_no_event_tells_facts_or_persons(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, facts="会长张三丰挪用善款")
    await desk.serve(case)
    await desk.state(case, desk.organization(organization), content="张三丰已离任")
    await desk.verify(case)
    await desk.decide(case)
    text = str(await desk.service.published())
    assert "张三丰" not in text
    assert "clerk-1" not in text


async def test_a_red_listing_goes_in_the_same_transaction(desk: Desk) -> None:
    organization = await desk.an_organization()
    red = await desk.a_red_listing(organization)
    await desk.a_listing(organization)
    assert await desk.facts() == ["listed red", "delisted red superseded", "listed serious"]
    lists = [one["list"] for one in (await desk.standing(organization))["lists"]]
    assert lists == ["serious"]
    gone = await desk.read(f"/v1/listings/{red}")
    assert (gone["status"], gone["delist_reason"]) == ("delisted", "superseded")
    await desk.pass_days(400)
    assert len(await desk.facts()) == 3


async def test_an_abnormal_listing_ends_a_red_one_too_and_bars_nobody(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    standing = await desk.standing(organization)
    assert [one["list"] for one in standing["lists"]] == ["abnormal"]
    assert standing["lists"][0]["measures"] == ["limit-bids"]
    assert standing["lists"][0]["exit_not_before"] is None
    assert not standing["barred_from_bids"]
    assert not standing["payments_held"]


async def test_a_relapse_restarts_the_term_of_the_same_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await desk.a_listing(organization)
    desk.set_day("2020-05-06")
    second = await desk.a_listing(organization, trigger="suspension-penalty")
    assert second == first
    events = [one for one in await desk.service.published() if "-grade." not in one["type"]]
    assert [event["subject"] for event in events] == [first, first]
    assert [event["sequence"] for event in events] == ["1", "2"]
    assert events[1]["data"]["listed_on"] == "2019-10-12"
    assert events[1]["data"]["exit_not_before"] == "2022-05-25"
    assert events[1]["data"]["trigger"] == "suspension-penalty"
    detail = await desk.read(f"/v1/listings/{first}")
    assert [ground["trigger"] for ground in detail["grounds"]] == [
        "fine-50000",
        "suspension-penalty",
    ]
    assert len((await desk.standing(organization))["lists"]) == 1


async def test_two_years_on_the_abnormal_list_are_a_ground_for_the_serious_one(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    none = await desk.propose(organization, trigger="two-years-abnormal")
    assert none.json()["type"] == "urn:liandong:problem:not-long-enough-abnormal"
    await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    early = await desk.propose(organization, trigger="two-years-abnormal")
    assert early.json()["reached_on"] == "2021-10-12"
    desk.set_day("2021-10-12")
    await desk.a_listing(organization, trigger="two-years-abnormal")
    assert await desk.facts() == [
        "listed abnormal",
        "delisted abnormal superseded",
        "listed serious",
    ]


async def test_from_april_2026_publication_is_carried_beside_the_term(desk: Desk) -> None:
    desk.set_day("2026-04-01")
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    read = await desk.read(f"/v1/listings/{listing}")
    assert read["rule_set"] == "credit-list.listings@100000/2026-order-36"
    assert read["listed_on"] == "2026-04-20"
    assert read["exit_not_before"] == "2028-04-20"
    assert read["publication_ends_on"] == "2029-04-20"


async def test_the_abnormal_list_is_left_when_the_duty_is_done(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    undone = await remove(desk, listing, desk.other_approver, duty_done=False)
    assert undone.json()["type"] == "urn:liandong:problem:duty-not-done"
    removed = await remove(desk, listing, desk.other_approver)
    assert removed.json()["delist_reason"] == "removed"
    assert (await desk.facts())[-1] == "delisted abnormal removed"
    again = await remove(desk, listing, desk.other_approver)
    assert again.status_code == 409


async def test_who_listed_neither_removes_nor_corrects(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    for act in (remove, correct):
        answer = await act(desk, listing, desk.approver)
        assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"


async def test_the_serious_list_is_not_left_by_removal(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    answer = await remove(desk, listing, desk.other_approver)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:not-by-removal"


async def test_a_listing_on_wrong_data_is_corrected_before_its_term(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    corrected = await correct(desk, listing, desk.other_approver)
    assert corrected.status_code == 200, corrected.text
    assert (await desk.facts())[-1] == "delisted serious corrected"
    assert (await desk.standing(organization))["lists"] == []
    assert (await desk.propose(organization)).status_code == 201


async def test_a_clerk_neither_removes_nor_corrects(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    assert (await remove(desk, listing, desk.clerk)).status_code == 403
    assert (await correct(desk, listing, desk.clerk)).status_code == 403


async def test_listings_are_read_by_officials_and_by_the_organisation(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    own = desk.organization(organization)
    assert [one["id"] for one in (await desk.read("/v1/listings", own))["items"]] == [listing]
    other = desk.organization(await desk.an_organization(2))
    assert (await desk.read("/v1/listings", other))["items"] == []
    refused = await desk.client.get(
        "/v1/listings", params={"organization_id": str(organization)}, headers=other
    )
    assert refused.status_code == 403
    hidden = await desk.client.get(f"/v1/listings/{listing}", headers=other)
    assert hidden.status_code == 404
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await desk.read("/v1/listings", elsewhere))["items"] == []
    assert (await desk.read("/v1/listings", list="red"))["items"] == []
    assert len((await desk.read("/v1/listings", list="serious", status="listed"))["items"]) == 1
