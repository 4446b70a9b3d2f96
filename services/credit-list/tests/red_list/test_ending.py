"""What ends a red listing besides another list, and how it is renewed before its last day."""

from importlib import import_module
from typing import Any

from sqlalchemy import text

from credit_list.app import DEFINITION
from credit_list.learned import events
from credit_list.red_list.rules import RED_LIST
from liandong.identity.actors import Role
from liandong.testing.services import bearer

tellings = import_module("services.credit-list.tests.records.tellings")

Desk = Any
ADMIN = bearer("admin-1", Role.SYSTEM_ADMIN, district="100000")
PROPOSALS = "/v1/red-list-proposals"


async def on_the_list(desk: Desk) -> tuple[Any, Any, str]:
    organization = await desk.an_organization()
    grade = await desk.a_grade(organization)
    listing = await desk.a_red_listing(organization)
    second = [one for one in await grades(desk) if one != str(grade)]
    return organization, (grade, *second), listing


async def grades(desk: Desk) -> list[str]:
    async with desk.service.runtime.api_engine.connect() as connection:
        rows = await connection.execute(text("SELECT grade_id::text FROM known_grade"))
        return list(rows.scalars())


async def override(desk: Desk, **parameters: Any) -> None:
    shipped = DEFINITION.rule_book().shipped[RED_LIST.name][-1]
    body = {
        "subject": RED_LIST.name,
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-01-01",
        "legal_basis": "合肥市守信红名单办法",
        "parameters": shipped.parameters.model_dump(mode="json") | parameters,
    }
    made = await desk.client.post("/v1/rule-sets/overrides", json=body, headers=ADMIN)
    assert made.status_code == 201, made.text


async def test_a_grade_below_the_least_ends_the_listing_in_the_same_transaction(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    [grade] = await grades(desk)
    lower = events.GradeAdjusted(grade_id=grade, organization_id=organization, grade="3A")
    await desk.learn(lower)
    assert await desk.facts() == ["listed red", "delisted red removed"]


async def test_the_end_of_one_grade_changes_nothing_while_another_holds(desk: Desk) -> None:
    organization, (first, second), _ = await on_the_list(desk)
    ended = events.GradeCancelled(grade_id=first, organization_id=organization)
    await desk.learn(ended)
    assert await desk.facts() == ["listed red"]
    expired = events.GradeExpired(grade_id=second, organization_id=organization)
    await desk.learn(expired)
    assert await desk.facts() == ["listed red", "delisted red removed"]


async def test_a_penalty_that_is_served_ends_the_listing(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_red_listing(organization)
    day = desk.service.clock.now().date()
    await desk.learn(tellings.penalty(events.PenaltyServed, organization, served_on=day))
    assert (await desk.read(f"/v1/listings/{listing}"))["delist_note"] == "受到行政处罚"


async def test_another_departments_penalty_ends_it_and_one_from_before_does_not(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    before = tellings.a_fact(organization)
    assert (await desk.act("/v1/records", before, desk.clerk)).status_code == 201
    assert await desk.facts() == ["listed red"]
    since = tellings.a_fact(organization, document_number="2号", arose_on="2019-10-10")
    assert (await desk.act("/v1/records", since, desk.clerk)).status_code == 201
    assert await desk.facts() == ["listed red", "delisted red removed"]


async def test_a_bureau_may_keep_the_listing_by_its_own_rules(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    await override(desk, on_grade_lost="kept", on_penalty="kept")
    [grade] = await grades(desk)
    await desk.learn(events.GradeCancelled(grade_id=grade, organization_id=organization))
    day = desk.service.clock.now().date()
    await desk.learn(tellings.penalty(events.PenaltyServed, organization, served_on=day))
    assert await desk.facts() == ["listed red"]


async def test_where_it_is_yearly_nobody_is_proposed_in_between(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_grade(organization)
    await override(desk, mode="yearly")
    body = {"organization_id": str(organization), "reasons": "服务优良"}
    answer = await desk.act(PROPOSALS, body, desk.clerk)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:liandong:problem:only-yearly")


async def test_a_listing_is_renewed_two_months_before_its_last_day_and_no_earlier(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_red_listing(organization)
    body = {"organization_id": str(organization), "reasons": "继续保持"}
    desk.set_day("2020-08-09")
    early = await desk.act(PROPOSALS, body, desk.clerk)
    assert [one["code"] for one in early.json()["failed_conditions"]] == ["on-red-list"]
    desk.set_day("2020-08-10")
    made = await desk.act(PROPOSALS, body, desk.clerk)
    assert made.status_code == 201, made.text
    path = f"{PROPOSALS}/{made.json()['id']}"
    await desk.act(f"{path}/publicise", None, desk.clerk)
    desk.set_day("2020-08-20")
    confirmed = await desk.act(f"{path}/confirm", {"reasons": "公示无异议"}, desk.approver)
    assert confirmed.json()["listing_id"] == listing
    assert (await desk.read(f"/v1/listings/{listing}"))["valid_until"] == "2021-10-10"
    desk.set_day("2021-10-10")
    await desk.service.settle()
    assert await desk.facts() == ["listed red", "listed red"]
    await desk.pass_days(1)
    assert await desk.facts() == ["listed red", "listed red", "delisted red expired"]
