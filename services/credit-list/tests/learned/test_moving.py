"""An organisation moves to another district: what is open about it follows."""

import asyncio
from importlib import import_module
from typing import Any
from uuid import UUID

from liandong.identity.actors import Role
from liandong.testing.services import bearer

tellings = import_module("services.credit-list.tests.records.tellings")

Desk = Any
NEW = "340104"
NEW_CLERK = bearer("clerk-9", Role.CLERK, district=NEW)
NEW_APPROVER = bearer("approver-9", Role.APPROVER, district=NEW)
OLD_CLERK = bearer("clerk-8", Role.CLERK, district="340103")


async def move(desk: Desk, organization: UUID) -> None:
    await desk.learn(desk.told("changed", organization, district=NEW))


async def seen(desk: Desk, who: dict[str, str]) -> dict[str, int]:
    kinds = ("records", "leads", "cases", "listings", "red-list-proposals")
    return {one: len((await desk.read(f"/v1/{one}", who))["items"]) for one in kinds}


async def test_what_is_open_is_read_and_decided_by_the_new_registrar(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.act("/v1/records", tellings.a_fact(organization), desk.clerk)
    closed = await desk.a_case(organization, trigger="court-defaulter")
    assert (await desk.withdraw(closed)).status_code == 200
    case = await desk.a_case(organization)
    assert (await desk.serve(case)).status_code == 200
    await move(desk, organization)
    old = await seen(desk, OLD_CLERK)
    assert old == {"records": 0, "leads": 0, "cases": 1, "listings": 0, "red-list-proposals": 0}
    new = await seen(desk, NEW_CLERK)
    assert new == {"records": 1, "leads": 1, "cases": 1, "listings": 0, "red-list-proposals": 0}
    await desk.pass_days(19)
    version = (await desk.read(f"/v1/cases/{case}", NEW_CLERK))["version"]
    former = bearer("approver-8", Role.APPROVER, district="340103")
    assert (await desk.decide(case, who=former, version=version)).status_code == 403
    decided = await desk.decide(case, who=NEW_APPROVER, version=version)
    assert decided.status_code == 200, decided.text
    listing = await desk.read(f"/v1/listings/{decided.json()['listing_id']}", NEW_CLERK)
    assert listing["district"] == NEW


async def test_a_current_listing_and_the_grade_follow_and_an_ended_listing_stays(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    red = await desk.a_red_listing(organization)
    serious = await desk.a_listing(organization)
    await move(desk, organization)
    await desk.service.settle()
    assert (await desk.read(f"/v1/listings/{red}", OLD_CLERK))["delist_reason"] == "superseded"
    path = f"/v1/listings/{serious}"
    assert (await desk.client.get(path, headers=OLD_CLERK)).status_code == 403
    assert (await desk.read(path, NEW_CLERK))["district"] == NEW
    assert (await desk.read("/v1/measures/in-force", OLD_CLERK))["items"] == []
    in_force = (await desk.read("/v1/measures/in-force", NEW_CLERK))["items"]
    assert {one["listing_id"] for one in in_force} == {serious}
    assert (await desk.read(f"/v1/credit-grades/{organization}", NEW_CLERK))["grade"] == "D"
    board = await desk.client.get("/v1/boards/serious", params={"district": NEW})
    assert [one["listing_id"] for one in board.json()["items"]] == [serious]


async def test_a_repair_on_its_way_is_decided_by_the_new_registrar(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization, list="abnormal", trigger="annual-report")
    repair = await desk.a_checked_repair(listing, desk.organization(organization))
    await move(desk, organization)
    version = (await desk.read(f"/v1/repairs/{repair}", NEW_CLERK))["version"]
    former = bearer("approver-8", Role.APPROVER, district="340103")
    assert (await desk.decide_repair(repair, former, version=version)).status_code == 403
    granted = await desk.decide_repair(repair, NEW_APPROVER, version=version)
    assert granted.status_code == 200, granted.text
    assert (await desk.standing(organization))["lists"] == []


async def test_who_decided_on_what_was_read_before_the_move_reads_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    version = await desk.version(f"/v1/cases/{case}")
    await move(desk, organization)
    body = {"reason": "事实有误"}
    answer = await desk.act(f"/v1/cases/{case}/withdraw", body, NEW_CLERK, version)
    assert answer.status_code == 412


async def test_another_change_moves_nothing(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    before = await desk.version(f"/v1/cases/{case}")
    await desk.learn(desk.told("changed", organization, name="新名称"))
    assert await desk.version(f"/v1/cases/{case}") == before


async def test_a_record_made_while_the_organisation_moves_ends_in_the_new_district(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    city = bearer("clerk-7", Role.CLERK, district="340100")
    answer, _ = await asyncio.gather(
        desk.act("/v1/records", tellings.a_fact(organization), city), move(desk, organization)
    )
    assert answer.status_code == 201
    [found] = (await desk.read("/v1/records", city))["items"]
    assert found["district"] == NEW
