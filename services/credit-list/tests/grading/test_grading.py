"""Credit grades: evaluated when facts change and when time passes, explained, told once."""

import asyncio
from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import text

from credit_list.app import DEFINITION
from credit_list.grading import watching
from credit_list.grading.rules import GRADING
from credit_list.learned import events
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

tellings = import_module("services.credit-list.tests.records.tellings")

Desk = Any
PATH = "/v1/credit-grades"
ADMIN = bearer("admin-1", Role.SYSTEM_ADMIN, district="100000")


async def graded(desk: Desk, organization: UUID, who: Any = None) -> dict[str, Any]:
    return await desk.read(f"{PATH}/{organization}", who)


async def told(desk: Desk) -> list[tuple[Any, ...]]:
    """Former grade, grade and score of each event."""
    return [
        (one["data"]["former_grade"], one["data"]["grade"], one["data"]["score"])
        for one in await desk.service.published()
        if ".credit-grade." in one["type"]
    ]


async def fined(desk: Desk, organization: UUID, number: int = 1, **given: Any) -> str:
    body = tellings.a_fact(organization, document_number=f"庐市监罚〔2019〕{number}号", **given)
    answer = await desk.act("/v1/records", body, desk.clerk)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_who_becomes_known_is_graded_by_the_worker_and_told_once(desk: Desk) -> None:
    organization = await desk.an_organization()
    assert (await desk.client.get(f"{PATH}/{organization}", headers=desk.clerk)).status_code == 404
    await desk.service.settle()
    await desk.learn(desk.told("changed", organization, name="新名称"))
    await desk.service.settle()
    read = await graded(desk, organization)
    assert (read["grade"], read["score"], read["supervision_text"]) == ("B", 80, "常规监管")
    assert read["explanation"] == "起评80分，得分80分，按分数为B级；常规监管。"
    assert await told(desk) == [(None, "B", 80)]


async def test_a_fine_is_counted_in_the_same_transaction_and_explained(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.service.settle()
    record = await fined(desk, organization)
    read = await graded(desk, organization)
    assert (read["grade"], read["score"]) == ("C", 65)
    [item] = read["items"]
    assert item["explanation"] == "受到罚款或者没收：1项，每项-15分，计-15分"
    assert [one["id"] for one in item["facts"]] == [record]
    assert item["facts"][0]["counts_until"] == "2022-09-20"
    assert await told(desk) == [(None, "B", 80), ("B", "C", 65)]


async def test_another_score_in_the_same_grade_is_history_but_no_event(desk: Desk) -> None:
    organization = await desk.an_organization()
    await fined(desk, organization)
    body = tellings.a_fact(organization, kind="letter_undelivered", sanctions=[], fine_fen=0)
    assert (await desk.act("/v1/records", body, desk.clerk)).status_code == 201
    assert await told(desk) == [(None, "C", 65)]
    found = (await desk.read(f"{PATH}/{organization}/history"))["items"]
    assert [(one["number"], one["score"], one["ended_on"]) for one in found] == [
        (2, 62, None),
        (1, 65, "2019-09-23"),
    ]


async def test_a_withdrawn_record_gives_the_grade_back(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await fined(desk, organization)
    await desk.act(f"/v1/records/{record}/withdraw", None, desk.approver)
    read = await graded(desk, organization)
    assert (read["grade"], read["items"]) == ("B", [])
    assert await told(desk) == [(None, "C", 65), ("C", "B", 80)]


async def test_the_serious_list_makes_a_d_and_leaving_it_ends_that(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_listing(organization)
    read = await graded(desk, organization)
    assert (read["grade"], read["score"], read["supervision_level"]) == ("D", 20, "key")
    assert [one["code"] for one in read["limits"]] == ["on-serious-list"]
    corrected = await desk.act(
        f"/v1/listings/{listing}/correct", {"reason": "依据有误"}, desk.other_approver
    )
    assert corrected.status_code == 200, corrected.text
    assert (await graded(desk, organization))["grade"] == "B"


async def test_a_five_a_grade_counts_and_its_end_is_counted_at_once(desk: Desk) -> None:
    organization = await desk.an_organization()
    grade = await desk.a_grade(organization, "5A")
    await desk.service.settle()
    assert (await graded(desk, organization))["grade"] == "A"
    await desk.learn(events.GradeCancelled(grade_id=grade, organization_id=organization))
    assert (await graded(desk, organization))["grade"] == "B"


async def test_time_alone_ends_what_counts_on_the_day_after_its_last(desk: Desk) -> None:
    organization = await desk.an_organization()
    await fined(desk, organization)
    desk.set_day("2022-09-20")
    await desk.service.settle()
    assert (await graded(desk, organization))["grade"] == "C"
    await desk.pass_days(1)
    read = await graded(desk, organization)
    assert (read["grade"], read["since"]) == ("B", "2022-09-21")


async def test_a_grade_that_ran_out_unheard_counts_no_longer(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_grade(organization, "5A", valid_until=date(2019, 9, 25))
    await desk.pass_days(2)
    assert (await graded(desk, organization))["score"] == 90
    await desk.pass_days(1)
    assert (await graded(desk, organization))["score"] == 80


async def test_after_a_change_of_rules_everyone_is_graded_anew_some_at_a_time(
    desk: Desk, monkeypatch: Any
) -> None:
    there = [await desk.an_organization(number) for number in range(1, 4)]
    await desk.service.settle()
    shipped = DEFINITION.rule_book().shipped[GRADING.name][-1]
    override = {
        "subject": GRADING.name,
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-09-23",
        "legal_basis": "合肥市社会组织信用评价办法",
        "parameters": shipped.parameters.model_dump(mode="json") | {"starting_score": 95},
    }
    made = await desk.client.post("/v1/rule-sets/overrides", json=override, headers=ADMIN)
    assert made.status_code == 201, made.text
    monkeypatch.setattr(watching, "AT_ONCE", 2)
    rounds = [await watching.watch(desk.service.runtime) for _ in range(3)]
    assert rounds == [2, 1, 0]
    for organization in there:
        read = await graded(desk, organization)
        assert (read["grade"], read["rule_set"]) == ("A", "credit-list.grading@340100/hefei-1")


async def test_a_cancelled_organisation_is_graded_no_longer(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.service.settle()
    await desk.learn(desk.told("cancelled", organization))
    assert (await graded(desk, organization))["ended_on"] == "2019-09-23"
    assert (await desk.read(PATH))["items"] == []
    await desk.pass_days(400)
    assert len(await told(desk)) == 1


async def test_a_fact_of_somebody_unknown_counts_when_it_becomes_known(desk: Desk) -> None:
    organization = uuid7()
    await desk.learn(tellings.penalty(events.PenaltyServed, organization))
    await desk.learn(desk.told("registered", organization))
    await desk.service.settle()
    assert (await graded(desk, organization))["score"] == 70


async def test_the_organisation_reads_its_own_and_learns_of_no_other(desk: Desk) -> None:
    organization, other = await desk.an_organization(), await desk.an_organization(2)
    await desk.service.settle()
    own = desk.organization(organization)
    assert (await graded(desk, organization, own))["grade"] == "B"
    for path in (f"{PATH}/{other}", f"{PATH}/{other}/history"):
        assert (await desk.client.get(path, headers=own)).status_code == 404
    assert (await desk.client.get(PATH, headers=own)).status_code == 403
    assert (await desk.client.get(f"{PATH}/{organization}")).status_code == 401


async def test_lists_and_statistics_are_of_the_own_district(desk: Desk) -> None:
    fine = await desk.an_organization(1)
    await desk.an_organization(2, district="340104")
    await desk.service.settle()
    await fined(desk, fine)
    city = bearer("auditor-1", Role.AUDITOR, district="340100")
    found = await desk.read(f"{PATH}/statistics", city)
    assert found["total"]["by_grade"] == {"A": 0, "B": 1, "C": 1, "D": 0}
    assert [(one["district"], one["average_score"]) for one in found["by_district"]] == [
        ("340103", 65.0),
        ("340104", 80.0),
    ]
    some = await desk.read(PATH, city, grade="C")
    assert [one["organization_id"] for one in some["items"]] == [str(fine)]
    below = await desk.read(PATH, city, district="340104")
    assert [one["district"] for one in below["items"]] == ["340104"]
    elsewhere = bearer("auditor-2", Role.AUDITOR, district="340700")
    assert (await desk.read(PATH, elsewhere))["items"] == []
    nothing = await desk.read(f"{PATH}/statistics", elsewhere)
    assert (nothing["total"]["total"], nothing["total"]["average_score"]) == (0, None)


async def test_two_facts_at_once_are_both_counted(desk: Desk) -> None:
    organization = await desk.an_organization()
    bodies = [
        tellings.a_fact(organization, document_number=f"庐市监罚〔2019〕{number}号")
        for number in (1, 2)
    ]
    answers = await asyncio.gather(*(desk.act("/v1/records", one, desk.clerk) for one in bodies))
    assert [one.status_code for one in answers] == [201, 201]
    read = await graded(desk, organization)
    assert (read["score"], len(read["items"][0]["facts"])) == (50, 2)


_BROKEN = text(
    "INSERT INTO backbone.rule_set_override (id, subject, jurisdiction, version, valid_from,"
    " parameters, legal_basis, made_by, made_at) VALUES (gen_random_uuid(), :subject,"
    " '340100', 'broken', '2019-01-01', '{}', '依据', 'admin-1', now())"
)


async def break_the_rules_of_hefei(desk: Desk) -> None:
    async with desk.service.runtime.worker_engine.begin() as connection:
        await connection.execute(_BROKEN, {"subject": GRADING.name})


async def test_who_cannot_be_graded_does_not_hold_up_the_others(desk: Desk) -> None:
    await break_the_rules_of_hefei(desk)
    here = await desk.an_organization(1)
    elsewhere = await desk.an_organization(2, district="340202")
    await desk.service.settle()
    headers = bearer("clerk-wuhu", Role.CLERK, district="340202")
    read = await desk.client.get(f"{PATH}/{elsewhere}", headers=headers)
    assert read.status_code == 200, read.text
    assert (await desk.client.get(f"{PATH}/{here}", headers=desk.clerk)).status_code == 404


async def test_rules_that_cannot_be_used_do_not_stand_in_the_way_of_a_fact(desk: Desk) -> None:
    organization = await desk.an_organization()
    await break_the_rules_of_hefei(desk)
    await fined(desk, organization)
    await desk.service.settle()
    assert (await desk.client.get(f"{PATH}/{organization}", headers=desk.clerk)).status_code == 404
    async with desk.service.runtime.worker_engine.begin() as connection:
        await connection.execute(text("DELETE FROM backbone.rule_set_override"))
    await desk.pass_days(1)
    assert (await graded(desk, organization))["grade"] == "C"
