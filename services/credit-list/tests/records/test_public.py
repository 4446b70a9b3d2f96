"""What the public reads of records, by an exact credit code."""

from datetime import date
from importlib import import_module
from typing import Any
from uuid import UUID

from credit_list.learned import events
from liandong.ids import uuid7
from liandong.values.credit_code import make

tellings = import_module("services.credit-list.tests.records.tellings")

Desk = Any
PATH = "/v1/public/records"
CODE = make("52", "340103", "XN000001")


async def look(desk: Desk, code: str = CODE) -> dict[str, Any]:
    answer = await desk.client.get(PATH, params={"credit_code": code})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def record(desk: Desk, organization: UUID, **given: Any) -> str:
    answer = await desk.act("/v1/records", tellings.a_fact(organization, **given), desk.clerk)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_a_fine_is_shown_for_a_year_from_its_document_on(desk: Desk) -> None:
    await record(desk, await desk.an_organization())
    [shown] = (await look(desk))["records"]
    assert (shown["sanction_texts"], shown["fine_fen"]) == (["罚款"], 4_000_000)
    assert shown["shown_until"] == "2020-09-20"
    desk.set_day("2020-09-20")
    assert len((await look(desk))["records"]) == 1
    desk.set_day("2020-09-21")
    assert (await look(desk))["records"] == []


async def test_a_warning_and_what_is_no_penalty_are_not_shown(desk: Desk) -> None:
    organization = await desk.an_organization()
    await record(desk, organization, sanctions=["warning"], fine_fen=0)
    letter = {"kind": "letter_undelivered", "sanctions": [], "fine_fen": 0}
    await record(desk, organization, document_number="EMS1", **letter)
    assert (await look(desk))["records"] == []


async def test_a_withdrawn_record_is_gone(desk: Desk) -> None:
    found = await record(desk, await desk.an_organization())
    assert (await desk.act(f"/v1/records/{found}/withdraw", None, desk.approver)).status_code == 200
    assert (await look(desk))["records"] == []


async def test_a_penalty_of_the_registry_is_shown_as_long_as_the_registry_shows_it(
    desk: Desk,
) -> None:
    organization, penalty = await desk.an_organization(), uuid7()
    given = {"penalty_id": penalty, "sanctions": ["fine"], "fine_fen": 100}
    await desk.learn(tellings.penalty(events.PenaltyServed, organization, **given))
    assert (await look(desk))["records"] == []
    shown = {"publication_class": "ordinary", "publication_until": date(2020, 9, 24)}
    told = tellings.penalty(events.PenaltyPublished, organization, **given, **shown)
    await desk.learn(told)
    [read] = (await look(desk))["records"]
    assert (read["shown_until"], read["authority"]) == ("2020-09-24", None)
    given["unpublished_on"] = desk.service.clock.now().date()
    await desk.learn(tellings.penalty(events.PenaltyUnpublished, organization, **given))
    assert (await look(desk))["records"] == []


async def test_a_conclusion_and_a_listing_are_shown_and_a_corrected_listing_is_not(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    await desk.learn(
        tellings.inspection(events.InspectionConcluded, organization, verdict="unqualified")
    )
    listing = await desk.a_listing(organization)
    read = await look(desk)
    assert [one["result"] for one in read["records"]] == ["unqualified"]
    assert [one["list_text"] for one in read["listings"]] == ["严重违法失信名单"]
    await desk.act(f"/v1/listings/{listing}/correct", {"reason": "有误"}, desk.other_approver)
    assert (await look(desk))["listings"] == []


async def test_who_does_not_exist_is_answered_like_who_has_nothing(desk: Desk) -> None:
    await desk.an_organization()
    nobody = make("52", "340103", "XN000099")
    assert await look(desk, nobody) == await look(desk) | {"credit_code": nobody}


async def test_part_of_a_code_or_a_wrong_one_is_refused(desk: Desk) -> None:
    for code in (CODE[:8], "", f"{CODE[:-1]}{'0' if CODE[-1] != '0' else '1'}", "%" * 18):
        answer = await desk.client.get(PATH, params={"credit_code": code})
        assert answer.status_code == 422, code
    assert (await desk.client.get(PATH)).status_code == 422


async def test_nothing_internal_is_shown(desk: Desk) -> None:
    await record(desk, await desk.an_organization(), codes=["beyond-scope"])
    text = str(await look(desk))
    assert not any(one in text for one in ("处罚决定书", "clerk-1", "beyond-scope", "阳光"))
