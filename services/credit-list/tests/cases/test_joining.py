"""Joinder over HTTP: a new trigger in an open case."""

import asyncio
from typing import Any

Desk = Any


async def a_served_case(desk: Desk) -> tuple[str, dict[str, str]]:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    assert (await desk.serve(case)).status_code == 200
    return case, desk.organization(organization)


async def test_before_the_notice_one_notice_tells_of_both(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.draft(case)
    joined = await desk.join(case)
    assert joined.json()["status"] == "proposed"  # the draft tells of one only
    await desk.serve(case)
    first, second = await desk.read(f"/v1/cases/{case}/documents")
    assert first["is_replaced"]
    assert "限期停止活动" not in first["content"]
    assert "情形2：受到限期停止活动行政处罚" in second["content"]
    assert [one["told"] for one in (await desk.read(f"/v1/cases/{case}"))["joined"]] == [True]
    await desk.pass_days(19)
    assert (await desk.decide(case)).status_code == 200


async def test_after_the_notice_a_supplementary_one_opens_a_window_of_its_own(
    desk: Desk,
) -> None:
    case, own = await a_served_case(desk)
    await desk.pass_days(19)
    joined = await desk.join(case)
    assert (joined.json()["status"], joined.json()["due_step"]) == (
        "supplement_needed",
        "draft_notice",
    )
    assert (await desk.decide(case)).status_code == 409
    assert (await desk.read(f"/v1/cases/{case}", own))["joined"] == []
    await desk.draft(case)
    assert (await desk.decide(case)).status_code == 409
    served = (await desk.serve(case)).json()
    assert (served["status"], served["window_ends_on"]) == ("notice_served", "2019-10-25")
    assert [one["trigger"] for one in (await desk.read(f"/v1/cases/{case}", own))["joined"]] == [
        "suspension-penalty"
    ]
    kinds = [one["kind"] for one in await desk.read(f"/v1/cases/{case}/documents", own)]
    assert kinds == ["notice", "supplement"]
    assert (await desk.decide(case)).json()["type"].endswith("defence-window-open")
    await desk.pass_days(14)
    assert (await desk.decide(case)).status_code == 200


async def test_an_answer_to_the_first_notice_is_no_answer_to_the_supplement(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    await desk.state(case, own)
    await desk.join(case)
    # The window of the first notice runs on meanwhile.
    assert (await desk.state(case, own, content="补充")).json()["status"] == "supplement_needed"
    assert (await desk.verify(case)).json()["status"] == "supplement_needed"
    none = await desk.verify(case)
    assert none.json()["type"] == "urn:liandong:problem:nothing-to-verify"
    await desk.state(case, own, content="再补充")
    served = await desk.serve(case)
    assert served.json()["status"] == "notice_served"
    await desk.pass_days(25)
    unverified = await desk.decide(case)
    assert unverified.json()["type"] == "urn:liandong:problem:statement-not-verified"
    assert (await desk.verify(case)).json()["status"] == "window_elapsed"
    assert (await desk.decide(case)).status_code == 200


async def test_each_trigger_is_a_ground_of_the_listing_told_once(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.join(case)
    await desk.serve(case)
    await desk.pass_days(19)
    listing = (await desk.decide(case)).json()["listing_id"]
    grounds = (await desk.read(f"/v1/listings/{listing}"))["grounds"]
    assert [one["trigger"] for one in grounds] == ["fine-50000", "suspension-penalty"]
    assert {one["case_id"] for one in grounds} == {case}
    assert await desk.facts() == ["listed serious"]
    paper = (await desk.read(f"/v1/cases/{case}/documents"))[-1]
    assert "情形2：受到限期停止活动行政处罚" in paper["content"]


async def test_a_trigger_of_the_other_list_is_not_joined(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    answer = await desk.join(case, trigger="annual-report")
    assert answer.json()["errors"][0]["pointer"] == "/trigger"


async def test_nothing_is_joined_to_the_case_of_a_cancelled_organisation(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.learn(desk.told("cancelled", organization))
    refused = await desk.join(case)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":organization-cancelled")
    assert (await desk.read(f"/v1/cases/{case}"))["joined"] == []


async def test_a_held_hearing_does_not_use_up_that_of_the_supplement(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    await desk.ask_hearing(case, own)
    assert (await desk.hold_hearing(case, desk.other_approver)).status_code == 200
    await desk.join(case)
    await desk.serve(case)
    assert (await desk.ask_hearing(case, own)).status_code == 200


async def test_joinder_against_decision_is_one_of_them(desk: Desk) -> None:
    case, _ = await a_served_case(desk)
    await desk.pass_days(19)
    version = await desk.version(f"/v1/cases/{case}")
    joined, decided = await asyncio.gather(
        desk.join(case, version=version), desk.decide(case, version=version)
    )
    assert sorted((joined.status_code, decided.status_code)) in ([200, 409], [200, 412])
    found = await desk.read(f"/v1/cases/{case}")
    assert found["status"] == ("decided" if decided.status_code == 200 else "supplement_needed")
    assert len(found["joined"]) == (0 if decided.status_code == 200 else 1)


async def test_withdrawal_against_decision_is_one_of_them(desk: Desk) -> None:
    case, _ = await a_served_case(desk)
    await desk.pass_days(19)
    version = await desk.version(f"/v1/cases/{case}")
    path, body = f"/v1/cases/{case}/withdraw", {"reason": "事实有误"}
    withdrawn, decided = await asyncio.gather(
        desk.act(path, body, desk.clerk, version), desk.decide(case, version=version)
    )
    assert sorted((withdrawn.status_code, decided.status_code)) in ([200, 409], [200, 412])
    listed = decided.status_code == 200
    assert len(await desk.facts()) == int(listed)
    found = await desk.read(f"/v1/cases/{case}")
    assert found["status"] == ("decided" if listed else "withdrawn")
