"""Credit records of other departments: recorded once, objected to, corrected, withdrawn."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

from .tellings import a_fact

Desk = Any
PATH = "/v1/records"


async def a_record(desk: Desk, organization: UUID, **given: Any) -> str:
    answer = await desk.act(PATH, a_fact(organization, **given), desk.clerk)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def an_objection(desk: Desk, record: str, who: Any = None) -> None:
    body = {"content": "罚款决定已被复议机关变更", "evidence": ["复议决定书"]}
    answer = await desk.act(f"{PATH}/{record}/objections", body, who or desk.clerk)
    assert answer.status_code == 200, answer.text


async def a_check(desk: Desk, record: str, who: Any = None) -> None:
    body = {"findings": "复议决定属实"}
    answer = await desk.act(f"{PATH}/{record}/check", body, who or desk.clerk)
    assert answer.status_code == 200, answer.text


async def decide(desk: Desk, record: str, outcome: str, **given: Any) -> Any:
    who = given.pop("who", desk.approver)
    body = {"outcome": outcome, "reasons": "事实清楚"} | given
    return await desk.act(f"{PATH}/{record}/decide", body, who)


async def told(desk: Desk) -> list[str]:
    """What was published of records."""
    types = [one["type"] for one in await desk.service.published()]
    return [one.rsplit(".", 1)[1] for one in types if ".record." in one]


async def test_a_fine_of_another_department_is_recorded(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await desk.read(f"{PATH}/{await a_record(desk, organization)}")
    assert (record["category"], record["kind_text"]) == ("penalty", "行政处罚")
    assert (record["status"], record["is_late"], record["fine_fen"]) == (
        "recorded",
        False,
        4_000_000,
    )
    assert [one["action"] for one in record["versions"]] == ["record"]
    [event] = [one for one in await desk.service.published() if ".record." in one["type"]]
    assert event["data"]["fine_fen"] == 4_000_000
    assert "document_number" not in event["data"]


@pytest.mark.parametrize(("obtained", "late"), [("2019-09-16", False), ("2019-09-12", True)])
async def test_a_record_after_the_fifth_working_day_is_late(
    desk: Desk, obtained: str, late: bool
) -> None:
    # Monday 23 September is the fifth working day after Monday 16 September.
    organization = await desk.an_organization()
    days = {"arose_on": "2019-09-10", "obtained_on": obtained}
    await a_record(desk, organization, **days)
    [found] = (await desk.read(PATH))["items"]
    assert found["is_late"] is late
    assert len((await desk.read(PATH, late="true"))["items"]) == late


async def test_the_same_fact_again_is_answered_with_the_first(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await a_record(desk, organization)
    again = a_fact(organization, document_number="庐市监罚 [2019] 7 号")
    answer = await desk.act(PATH, again, desk.clerk)
    assert (answer.status_code, answer.json()["id"]) == (200, first)
    assert await told(desk) == ["recorded"]


async def test_the_same_document_with_other_facts_is_refused_and_names_the_first(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    first = await a_record(desk, organization)
    answer = await desk.act(PATH, a_fact(organization, fine_fen=4_000_001), desk.clerk)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("recorded-otherwise")
    assert answer.json()["record_id"] == first


async def test_two_who_enter_the_same_fact_at_once_make_one_record(desk: Desk) -> None:
    organization = await desk.an_organization()
    body = a_fact(organization)
    answers = await asyncio.gather(*(desk.act(PATH, body, desk.clerk) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"fine_fen": 0},
        {"sanctions": []},
        {"kind": "report_missed"},
        {"arose_on": "2019-09-24"},
        {"obtained_on": "2019-09-24"},
        {"fine_fen": -1},
        {"phone": "13800000000"},
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, wrong: dict[str, Any]
) -> None:
    organization = await desk.an_organization()
    answer = await desk.act(PATH, a_fact(organization, **wrong), desk.clerk)
    assert answer.status_code == 422, answer.text
    assert (await desk.read(PATH))["items"] == []


async def test_a_fact_about_an_unknown_organisation_is_refused(desk: Desk) -> None:
    answer = await desk.act(PATH, a_fact(uuid7()), desk.clerk)
    assert answer.json()["type"].endswith("organization-not-learnt")


async def test_an_objection_is_checked_and_corrected_and_every_version_is_kept(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    await an_objection(desk, record, desk.organization(organization))
    await a_check(desk, record)
    answer = await decide(desk, record, "correct", correction={"fine_fen": 1_000_000})
    assert answer.status_code == 200, answer.text
    found = await desk.read(f"{PATH}/{record}")
    assert (found["status"], found["fine_fen"]) == ("recorded", 1_000_000)
    actions = [(one["action"], one["content"]["fine_fen"]) for one in found["versions"]]
    assert actions == [
        ("record", 4_000_000),
        ("object", 4_000_000),
        ("check", 4_000_000),
        ("correct", 1_000_000),
    ]
    assert found["objections"][0]["outcome"] == "correct"
    assert await told(desk) == ["recorded", "corrected"]


async def test_a_rejected_objection_leaves_the_record_and_another_may_follow(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    for _ in range(2):
        await an_objection(desk, record)
        await a_check(desk, record)
        assert (await decide(desk, record, "reject")).status_code == 200
    found = await desk.read(f"{PATH}/{record}")
    assert found["status"] == "recorded"
    assert [one["outcome"] for one in found["objections"]] == ["reject", "reject"]
    assert await told(desk) == ["recorded"]


async def test_an_upheld_objection_withdraws_the_record(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    await an_objection(desk, record)
    await a_check(desk, record)
    assert (await decide(desk, record, "withdraw")).status_code == 200
    found = await desk.read(f"{PATH}/{record}")
    assert (found["status"], found["withdrawn_ground"]) == ("withdrawn", "objection")
    again = await desk.act(PATH, a_fact(organization), desk.clerk)
    assert again.json()["type"].endswith("record-withdrawn")


async def test_who_recorded_or_checked_does_not_decide(desk: Desk) -> None:
    organization = await desk.an_organization()
    both = bearer("double", Role.CLERK, Role.APPROVER)
    record = await a_record(desk, organization)
    await an_objection(desk, record)
    await a_check(desk, record, both)
    answer = await decide(desk, record, "reject", who=both)
    assert answer.json()["type"].endswith("two-person-rule")
    recorder = bearer("clerk-1", Role.APPROVER)
    assert (await decide(desk, record, "reject", who=recorder)).status_code == 403
    assert (await decide(desk, record, "reject")).status_code == 200


@pytest.mark.parametrize(
    ("outcome", "given"),
    [
        ("correct", {}),
        ("reject", {"correction": {"fine_fen": 1}}),
        ("correct", {"correction": {}}),
        ("correct", {"correction": {"fine_fen": 4_000_000}}),
        ("correct", {"correction": {"fine_fen": 0}}),
        ("correct", {"correction": {"sanctions": []}}),
    ],
)
async def test_a_decision_that_makes_no_sense_changes_nothing(
    desk: Desk, outcome: str, given: dict[str, Any]
) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    await an_objection(desk, record)
    await a_check(desk, record)
    assert (await decide(desk, record, outcome, **given)).status_code == 422
    assert (await desk.read(f"{PATH}/{record}"))["status"] == "checked"


async def test_two_decisions_at_once_make_one(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    await an_objection(desk, record)
    await a_check(desk, record)
    version = await desk.version(f"{PATH}/{record}")
    path = f"{PATH}/{record}/decide"
    reject = {"outcome": "reject", "reasons": "不成立"}
    withdraw = {"outcome": "withdraw", "reasons": "成立"}
    answers = await asyncio.gather(
        desk.act(path, reject, desk.approver, version),
        desk.act(path, withdraw, desk.other_approver, version),
    )
    assert sorted(one.status_code for one in answers) == [200, 412]


async def test_a_department_takes_its_document_back(desk: Desk) -> None:
    organization = await desk.an_organization()
    record = await a_record(desk, organization)
    path = f"{PATH}/{record}/withdraw"
    own = bearer("clerk-1", Role.APPROVER)
    assert (await desk.act(path, None, own)).status_code == 403
    assert (await desk.act(path, None, desk.approver)).status_code == 200
    assert (await desk.act(path, None, desk.approver)).status_code == 409
    assert await told(desk) == ["recorded", "withdrawn"]


async def test_an_organisation_reads_its_own_records_without_the_officers(desk: Desk) -> None:
    organization, other = await desk.an_organization(1), await desk.an_organization(2)
    record = await a_record(desk, organization)
    own = desk.organization(organization)
    found = await desk.read(f"{PATH}/{record}", own)
    assert found["recorded_by"] is None
    assert found["versions"][0]["by"] is None
    assert [one["id"] for one in (await desk.read(PATH, own))["items"]] == [record]
    stranger = desk.organization(other)
    assert (await desk.client.get(f"{PATH}/{record}", headers=stranger)).status_code == 404
    assert (await desk.read(PATH, stranger))["items"] == []
    body = {"content": "与本组织无关"}
    refused = await desk.act(f"{PATH}/{record}/objections", body, stranger, 1)
    assert refused.status_code == 404


async def test_records_are_found_by_category_kind_organisation_and_status(desk: Desk) -> None:
    organization = await desk.an_organization(1)
    other = await desk.an_organization(2)
    fine = await a_record(desk, organization)
    await desk.act(f"{PATH}/{fine}/withdraw", None, desk.approver)
    praise = {"kind": "commendation", "sanctions": [], "fine_fen": 0, "document_number": "表1号"}
    praised = await a_record(desk, other, **praise)

    async def found(**query: Any) -> list[str]:
        return [one["id"] for one in (await desk.read(PATH, **query))["items"]]

    assert await found() == [praised, fine]
    assert await found(category="penalty") == [fine]
    assert await found(kind="commendation") == [praised]
    assert await found(organization_id=other) == [praised]
    assert await found(status="withdrawn") == [fine]
    first = await desk.read(PATH, limit=1)
    assert [one["id"] for one in first["items"]] == [praised]
    assert await found(cursor=first["next_cursor"]) == [fine]
