"""Data errors: what rested on wrong data is gone for the public and kept for officials."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
THIRD = bearer("approver-3", Role.APPROVER)
ABNORMAL = {"list": "abnormal", "trigger": "annual-report"}


async def correct(desk: Desk, listing: str, who: Any = None, **given: Any) -> Any:
    body = {"reason": "处罚对象为同名组织"} | given
    return await desk.act(f"/v1/listings/{listing}/correct", body, who or desk.other_approver)


async def lists(desk: Desk, organization: UUID) -> list[str]:
    return [one["list"] for one in (await desk.standing(organization))["lists"]]


async def audited(desk: Desk) -> list[str]:
    query = "SELECT action FROM backbone.audit_entry WHERE subject_type = 'listing' ORDER BY id"
    async with desk.service.runtime.worker_engine.connect() as connection:
        actions = (await connection.execute(text(query))).scalars()
        return [one.removeprefix("listing.") for one in actions]


async def test_nothing_public_shows_a_corrected_listing_and_officials_see_all(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    assert (await correct(desk, listing)).status_code == 200
    assert (await desk.read("/v1/boards/serious", {}))["items"] == []
    standing = await desk.standing(organization)
    assert (standing["lists"], standing["reasons"]) == ([], [])
    public = await desk.client.get(f"/v1/listings/{listing}")
    assert public.status_code == 401
    detail = await desk.read(f"/v1/listings/{listing}")
    assert detail["delist_reason"] == "corrected"
    [ground] = detail["grounds"]
    assert (ground["corrected_on"], ground["correction_note"]) == (
        "2019-10-12",
        "处罚对象为同名组织",
    )
    assert await audited(desk) == ["listed", "delisted"]


async def a_relapsed(desk: Desk) -> tuple[str, UUID]:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    desk.set_day("2020-05-06")
    assert await desk.a_listing(organization, trigger="suspension-penalty") == listing
    return listing, organization


async def test_without_the_relapse_the_term_is_that_of_the_first_ground(desk: Desk) -> None:
    listing, organization = await a_relapsed(desk)
    corrected = (await correct(desk, listing, ground=2)).json()
    assert (corrected["status"], corrected["trigger"]) == ("listed", "fine-50000")
    assert (corrected["term_started_on"], corrected["exit_not_before"]) == (
        "2019-10-12",
        "2021-10-12",
    )
    assert await desk.facts() == ["listed serious"] * 3
    last = (await desk.service.published())[-1]
    assert (last["sequence"], last["data"]["exit_not_before"]) == ("3", "2021-10-12")
    assert "停止活动" not in str(await desk.standing(organization))
    assert "停止活动" not in str(await desk.read("/v1/boards/serious", {}))
    assert await audited(desk) == ["listed", "listed", "ground-corrected"]


async def test_without_the_first_ground_the_listing_begins_with_the_relapse(desk: Desk) -> None:
    listing, _ = await a_relapsed(desk)
    corrected = (await correct(desk, listing, ground=1)).json()
    assert (corrected["listed_on"], corrected["exit_not_before"]) == ("2020-05-25", "2022-05-25")
    again = await correct(desk, listing, ground=1)
    assert again.json()["errors"][0]["pointer"] == "/ground"
    assert (await correct(desk, listing, ground=2)).json()["delist_reason"] == "corrected"


async def test_who_decided_a_ground_does_not_correct_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    case = await desk.a_case(organization, trigger="suspension-penalty")
    await desk.serve(case)
    await desk.pass_days(30)
    assert (await desk.decide(case, who=THIRD)).status_code == 200
    for who in (desk.approver, THIRD):
        answer = await correct(desk, listing, who, ground=1)
        assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await correct(desk, listing, ground=1)).status_code == 200


async def an_escalated(desk: Desk) -> tuple[str, str, UUID]:
    """Two years on the abnormal list, then on the serious one."""
    organization = await desk.an_organization()
    abnormal = await desk.a_listing(organization, **ABNORMAL)
    desk.set_day("2021-10-12")
    serious = await desk.a_listing(organization, trigger="two-years-abnormal")
    return abnormal, serious, organization


async def test_what_a_wrong_serious_listing_superseded_stands_again(desk: Desk) -> None:
    abnormal, serious, organization = await an_escalated(desk)
    assert (await correct(desk, serious)).status_code == 200
    assert await lists(desk, organization) == ["abnormal"]
    [again] = (await desk.read("/v1/listings", list="abnormal", status="listed"))["items"]
    assert (again["stands_for"], again["listed_on"]) == (abnormal, "2019-10-12")
    assert (await desk.read(f"/v1/listings/{abnormal}"))["status"] == "delisted"
    [ground] = (await desk.read(f"/v1/listings/{again['id']}"))["grounds"]
    assert (ground["trigger"], ground["decided_on"]) == ("annual-report", "2019-10-12")
    assert (await desk.facts())[-2:] == ["delisted serious corrected", "listed abnormal"]
    assert "stands-again" in await audited(desk)
    told = [one for one in await desk.service.published() if ".organization." in one["type"]]
    assert told[-1]["subject"] == again["id"]


async def test_what_stands_again_is_corrected_where_it_stands(desk: Desk) -> None:
    abnormal, serious, organization = await an_escalated(desk)
    assert (await correct(desk, serious)).status_code == 200
    [again] = (await desk.read("/v1/listings", list="abnormal", status="listed"))["items"]
    refused = await correct(desk, abnormal)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":stands-again")
    assert refused.json()["listing_id"] == again["id"]
    assert (await desk.read(f"/v1/listings/{abnormal}"))["delist_reason"] == "superseded"
    assert (await correct(desk, again["id"])).status_code == 200
    assert await lists(desk, organization) == []


async def test_with_the_abnormal_listing_falls_what_was_built_on_it(desk: Desk) -> None:
    abnormal, serious, organization = await an_escalated(desk)
    assert (await correct(desk, abnormal, desk.approver)).status_code == 403
    assert (await correct(desk, abnormal)).json()["delist_reason"] == "corrected"
    assert await lists(desk, organization) == []
    assert (await desk.read(f"/v1/listings/{serious}"))["delist_reason"] == "corrected"
    assert (await desk.read(f"/v1/listings/{abnormal}"))["delist_reason"] == "corrected"
    assert (await correct(desk, abnormal)).status_code == 409


async def test_another_ground_of_the_serious_listing_holds_without_the_abnormal_one(
    desk: Desk,
) -> None:
    abnormal, serious, organization = await an_escalated(desk)
    assert await desk.a_listing(organization) == serious
    assert (await correct(desk, abnormal)).status_code == 200
    assert await lists(desk, organization) == ["serious"]
    found = await desk.read(f"/v1/listings/{serious}")
    assert (found["trigger"], found["status"]) == ("fine-50000", "listed")
    assert [bool(one["corrected_on"]) for one in found["grounds"]] == [True, False]


async def test_a_red_listing_stands_again_only_when_no_adverse_one_is_left(desk: Desk) -> None:
    organization = await desk.an_organization()
    red = await desk.a_red_listing(organization)
    abnormal = await desk.a_listing(organization, **ABNORMAL)
    assert (await correct(desk, abnormal)).status_code == 200
    assert await lists(desk, organization) == ["red"]
    [stands] = (await desk.read("/v1/listings", list="red", status="listed"))["items"]
    assert stands["stands_for"] == red
    again = await desk.a_listing(organization, **ABNORMAL)
    serious = await desk.a_listing(organization)
    assert (await correct(desk, again)).status_code == 200
    assert await lists(desk, organization) == ["serious"]
    assert serious


async def test_a_red_listing_that_stands_again_ends_on_its_old_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    red = await desk.a_red_listing(organization)
    valid_until = (await desk.read(f"/v1/listings/{red}"))["valid_until"]
    abnormal = await desk.a_listing(organization, **ABNORMAL)
    await correct(desk, abnormal)
    desk.set_day(valid_until)
    await desk.service.settle()
    assert await lists(desk, organization) == ["red"]
    await desk.pass_days(1)
    assert await lists(desk, organization) == []
    assert (await desk.facts())[-1] == "delisted red expired"


async def test_a_red_listing_whose_term_is_over_does_not_stand_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    abnormal = await desk.a_listing(organization, **ABNORMAL)
    desk.set_day("2020-12-31")
    assert (await correct(desk, abnormal)).status_code == 200
    assert await lists(desk, organization) == []


async def test_two_officers_correct_a_listing_once(desk: Desk) -> None:
    listing = await desk.a_listing(await desk.an_organization())
    answers = await asyncio.gather(correct(desk, listing), correct(desk, listing, THIRD))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert codes[1] in (409, 412, 422)
    assert await desk.facts() == ["listed serious", "delisted serious corrected"]


async def test_withdrawn_facts_of_a_listing_are_a_task_for_officials(desk: Desk) -> None:
    organization = await desk.an_organization()
    fact = {
        "organization_id": str(organization),
        "kind": "penalty",
        "authority": "合肥市庐阳区市场监督管理局",
        "document_number": "庐市监罚〔2019〕7号",
        "arose_on": "2019-09-20",
        "sanctions": ["fine"],
        "fine_fen": 8_000_000,
    }
    record = (await desk.act("/v1/records", fact, desk.clerk)).json()["id"]
    listing = await desk.a_listing(organization, evidence=["庐市监罚〔2019〕7号"])
    assert (await desk.read("/v1/listings", facts_withdrawn=True))["items"] == []
    [lead] = (await desk.read("/v1/leads"))["items"]
    assert lead["status"] == "taken"
    await desk.act(f"/v1/records/{record}/withdraw", None, desk.approver)
    [found] = (await desk.read("/v1/listings", facts_withdrawn=True))["items"]
    assert (found["id"], found["facts_withdrawn"], found["status"]) == (listing, True, "listed")
    assert (await desk.read("/v1/listings", facts_withdrawn=False))["items"] == []
    assert (await desk.read(f"/v1/cases/{lead['case_id']}"))["facts_withdrawn"]
    await correct(desk, listing)
    assert (await desk.read("/v1/listings", facts_withdrawn=True))["items"] == []


async def test_without_a_ground_the_measures_are_those_of_the_decision_that_remains(
    desk: Desk,
) -> None:
    """The later decision was taken by a local rule set with other measures: they fall with it,
    what it had dropped is in force again, with the term that it had from its own day."""
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    rules = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    serious = next(one for one in rules if one["valid_to"])["parameters"]["serious"]
    uses = [{"code": "bar-bids", "months": 6}, {"code": "limit-bids"}]
    await desk.override(
        "credit-list.listings", "2018-order-60", serious=serious | {"measures": uses}
    )
    assert await desk.a_listing(organization, trigger="suspension-penalty") == listing
    assert (await desk.read(f"/v1/listings/{listing}"))["measures"] == ["bar-bids", "limit-bids"]
    corrected = (await correct(desk, listing, ground=2)).json()
    first = ["key-supervision", "bar-bids", "hold-payments", "no-honours", "review-grade"]
    assert corrected["measures"] == first
    assert corrected["rule_set"] == "credit-list.listings@100000/2018-order-60"
    told = (await desk.service.published())[-1]["data"]
    assert [one["code"] for one in told["switched_on"]] == first
    in_force = await desk.read("/v1/measures/in-force", organization_id=str(organization))
    assert {one["code"]: one["starts_on"] for one in in_force["items"]} == dict.fromkeys(
        first, "2019-10-12"
    )
    ended = {
        (one["code"], one["end_reason"]): one["obedience"]
        for one in await desk.read(f"/v1/listings/{listing}/measures")
        if one["ended_on"]
    }
    assert ended["limit-bids", "dropped"] == "lifting"


async def test_a_measure_whose_own_term_was_over_does_not_come_back_by_a_correction(
    desk: Desk,
) -> None:
    rules = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    serious = next(one for one in rules if one["valid_to"])["parameters"]["serious"]
    uses = [{"code": "bar-bids", "months": 1}, {"code": "hold-payments"}]
    await desk.override(
        "credit-list.listings", "2018-order-60", serious=serious | {"measures": uses}
    )
    listing, _ = await a_relapsed(desk)
    corrected = (await correct(desk, listing, ground=2)).json()
    assert (corrected["measures"], len(corrected["measure_texts"])) == (["hold-payments"], 1)


async def test_without_a_renewal_a_red_listing_ends_on_its_first_last_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    red = await desk.a_red_listing(organization)
    first = (await desk.read(f"/v1/listings/{red}"))["valid_until"]
    desk.set_day("2020-09-01")
    assert await desk.a_red_listing(organization) == red
    renewed = (await desk.read(f"/v1/listings/{red}"))["valid_until"]
    assert renewed > first
    corrected = (await correct(desk, red, ground=2)).json()
    assert (corrected["status"], corrected["valid_until"]) == ("listed", first)
    desk.set_day(first)
    await desk.pass_days(1)
    assert (await desk.facts())[-1] == "delisted red expired"
