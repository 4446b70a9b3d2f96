"""Hearings over HTTP."""

import asyncio
from typing import Any

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
CHAIR = bearer("chair", Role.APPROVER)


async def a_served_case(desk: Desk, **given: Any) -> tuple[str, dict[str, str]]:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, **given)
    assert (await desk.serve(case)).status_code == 200
    return case, desk.organization(organization)


async def test_a_decision_waits_for_the_hearing_that_was_asked_for(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    asked = await desk.ask_hearing(case, own)
    assert (asked.status_code, asked.json()["hearing"]) == (200, "requested")
    await desk.pass_days(19)
    for outcome in ("list", "not_list"):
        answer = await desk.decide(case, outcome)
        assert answer.json()["type"] == "urn:liandong:problem:hearing-pending"
    held = await desk.hold_hearing(case, CHAIR)
    assert (held.json()["hearing"], held.json()["due_step"]) == ("held", "decide")
    assert (await desk.decide(case)).status_code == 200
    paper = (await desk.read(f"/v1/cases/{case}/documents"))[-1]
    assert "听证：2019年10月12日举行（笔录听证笔录1号）" in paper["content"]


async def test_the_chair_has_handled_nothing_and_decides_nothing(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    organization = await desk.an_organization()
    case = await desk.a_case(organization, who=both)
    await desk.serve(case)
    await desk.ask_hearing(case, desk.organization(organization))
    for handler in (both, desk.clerk):
        answer = await desk.hold_hearing(case, handler)
        assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await desk.hold_hearing(case, CHAIR)).status_code == 200
    await desk.pass_days(19)
    assert (await desk.decide(case, who=CHAIR)).status_code == 403
    assert (await desk.decide(case)).status_code == 200


async def test_a_hearing_given_up_frees_the_decision_and_is_not_asked_for_again(
    desk: Desk,
) -> None:
    case, own = await a_served_case(desk)
    await desk.ask_hearing(case, own)
    assert (await desk.ask_hearing(case, own)).json()["type"].endswith("hearing-asked")
    path = f"/v1/cases/{case}/hearing/give-up"
    assert (await desk.act(path, {"reason": "已无异议"}, own)).json()["hearing"] == "given_up"
    assert (await desk.ask_hearing(case, own)).json()["type"].endswith("hearing-asked")
    none = await desk.hold_hearing(case, CHAIR)
    assert none.json()["type"].endswith("no-hearing-requested")
    await desk.pass_days(19)
    assert (await desk.decide(case)).status_code == 200


async def test_a_hearing_is_asked_for_within_the_window_only(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    desk.set_day("2019-10-12")
    late = await desk.ask_hearing(case, own)
    assert late.json()["type"] == "urn:liandong:problem:defence-window-over"
    entered = await desk.ask_hearing(case, desk.clerk, received_on="2019-10-11")
    assert entered.status_code == 200, entered.text


async def test_where_the_rules_give_no_hearing_there_is_none(desk: Desk) -> None:
    case, own = await a_served_case(desk, list="abnormal", trigger="annual-report")
    answer = await desk.ask_hearing(case, own)
    assert answer.json()["type"] == "urn:liandong:problem:no-hearing"
    paper = (await desk.read(f"/v1/cases/{case}/documents"))[-1]
    assert "听证" not in paper["content"]


async def test_a_verified_statement_does_not_cut_off_the_right_to_a_hearing(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    await desk.state(case, own)
    await desk.verify(case)
    early = await desk.decide(case)
    assert early.json()["type"] == "urn:liandong:problem:defence-window-open"
    assert (await desk.ask_hearing(case, own)).status_code == 200
    assert (await desk.hold_hearing(case, CHAIR)).status_code == 200
    await desk.pass_days(19)
    assert (await desk.decide(case)).status_code == 200


async def test_the_hearing_lies_between_the_request_and_today(desk: Desk) -> None:
    case, own = await a_served_case(desk)
    await desk.ask_hearing(case, own)
    for day in ("2019-09-22", "2019-09-24"):
        answer = await desk.hold_hearing(case, CHAIR, held_on=day)
        assert answer.json()["errors"][0]["pointer"] == "/held_on"


async def test_a_request_at_the_last_moment_against_a_decision_is_one_of_them(
    desk: Desk,
) -> None:
    case, _ = await a_served_case(desk)
    await desk.pass_days(19)
    version = await desk.version(f"/v1/cases/{case}")
    request = {"received_on": "2019-10-11", "version": version}
    asked, decided = await asyncio.gather(
        desk.ask_hearing(case, desk.clerk, **request), desk.decide(case, version=version)
    )
    assert sorted((asked.status_code, decided.status_code)) in ([200, 409], [200, 412])
    found = await desk.read(f"/v1/cases/{case}")
    listed = decided.status_code == 200
    assert (found["status"] == "decided") == listed
    assert (found["hearing"] == "requested") == (not listed)
    assert len(await desk.facts()) == int(listed)
