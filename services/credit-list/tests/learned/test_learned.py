"""Other services' events, through the real consumer."""

import asyncio
from datetime import date
from typing import Any

from sqlalchemy import text

from credit_list.app import DEFINITION
from credit_list.learned import events
from liandong.db.migrations import check
from liandong.ids import uuid7

Desk = Any


async def stored(desk: Desk, query: str) -> list[Any]:
    async with desk.service.runtime.api_engine.connect() as connection:
        return list(await connection.execute(text(query)))


async def test_an_organisation_is_learnt_once_however_often_it_is_told(desk: Desk) -> None:
    organization = uuid7()
    told = desk.delivery(desk.told("registered", organization))
    await desk.deliver(told, told)
    await desk.deliver(told)
    [row] = await stored(desk, "SELECT name, learned_from FROM known_organization")
    assert row.learned_from == told.attributes["id"]


async def test_many_organisations_are_learnt_in_one_batch(desk: Desk) -> None:
    await desk.learn(*(desk.told("registered", uuid7(), number) for number in range(1, 40)))
    [row] = await stored(desk, "SELECT count(*) AS number FROM known_organization")
    assert row.number == 39


async def test_an_older_event_does_not_undo_a_newer_one(desk: Desk) -> None:
    organization = await desk.an_organization()
    late = desk.delivery(desk.told("changed", organization, name="旧名称"), sequence=2)
    await desk.deliver(desk.delivery(desk.told("changed", organization, name="新名称"), sequence=3))
    await desk.deliver(late)
    [row] = await stored(desk, "SELECT name FROM known_organization")
    assert row.name == "新名称"


async def test_a_change_told_before_the_registration_is_enough_to_know(desk: Desk) -> None:
    organization = uuid7()
    await desk.learn(desk.told("changed", organization))
    assert (await desk.standing(organization))["known"]


async def test_a_proposal_right_after_the_event_arrived_succeeds(desk: Desk) -> None:
    organization = uuid7()
    assert (await desk.propose(organization)).status_code == 409
    await desk.learn(desk.told("registered", organization))
    assert (await desk.propose(organization)).status_code == 201


async def test_a_revocation_lists_nobody_by_itself(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("revoked", organization))
    assert (await desk.standing(organization))["lists"] == []
    assert await desk.facts() == []


async def test_a_revoked_organisation_leaves_the_serious_list_when_it_is_cancelled(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("revoked", organization))
    await desk.a_listing(organization, trigger="certificate-revoked")
    await desk.learn(desk.told("cancelled", organization))
    assert await desk.facts() == ["listed serious", "delisted serious removed"]
    caused = (await desk.service.published())[-1]
    assert caused["causationid"]


async def test_cancellation_frees_nobody_who_was_not_revoked(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    await desk.learn(desk.told("cancelled", organization))
    assert await desk.facts() == ["listed serious"]
    body = {"duty_done": True, "reason": "已注销"}
    removed = await desk.act(f"/v1/listings/{listing}/remove", body, desk.other_approver)
    assert removed.status_code == 200


async def test_a_revoked_organisation_leaves_the_red_list(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    await desk.learn(desk.told("revoked", organization))
    assert await desk.facts() == ["listed red", "delisted red removed"]


async def test_revocation_and_cancellation_in_one_batch(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    await desk.learn(desk.told("revoked", organization), desk.told("cancelled", organization))
    assert await desk.facts() == ["listed serious", "delisted serious removed"]


async def test_grades_are_adjusted_cancelled_and_expired(desk: Desk) -> None:
    organization = await desk.an_organization()
    grade = await desk.a_grade(organization, "3A")
    facts = {"grade_id": grade, "organization_id": organization}
    body = {"organization_id": str(organization), "reasons": "服务优良"}
    path = "/v1/red-list-proposals"
    assert (await desk.act(path, body, desk.clerk)).status_code == 409
    await desk.learn(events.GradeAdjusted(**facts, grade="4A"))
    made = await desk.act(path, body, desk.clerk)
    assert made.status_code == 201
    await desk.act(f"{path}/{made.json()['id']}/withdraw", {"reasons": "重新推荐"}, desk.clerk)
    await desk.learn(events.GradeCancelled(**facts))
    assert (await desk.act(path, body, desk.clerk)).status_code == 409
    await desk.a_grade(organization, "5A", valid_from=date(2019, 9, 1))
    assert (await desk.act(path, body, desk.clerk)).status_code == 201


async def test_an_end_told_before_its_grade_waits_for_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    grade = uuid7()
    expired = events.GradeExpired(grade_id=grade, organization_id=organization)
    await desk.deliver(desk.delivery(expired, sequence=2))
    [letter] = await stored(desk, "SELECT status, reason FROM backbone.dead_letter")
    assert (letter.status, letter.reason) == ("retrying", "NotYet")
    assert await stored(desk, "SELECT 1 FROM known_grade") == []


async def test_the_tables_are_those_of_the_migrations(desk: Desk) -> None:
    url = desk.service.runtime.settings.database_url
    await asyncio.to_thread(check, DEFINITION, url)
