"""Cases over HTTP: the procedure, its days and its two officers."""

import asyncio
from typing import Any

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

Desk = Any


async def test_a_case_needs_an_organisation_that_the_registry_has_told_of(desk: Desk) -> None:
    answer = await desk.propose(uuid7())
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:organization-not-learnt"
    assert "尚未从登记服务获知" in answer.json()["detail"]


async def test_a_proposal_keeps_facts_evidence_basis_and_rules(desk: Desk) -> None:
    made = await desk.propose(await desk.an_organization())
    assert made.status_code == 201
    assert made.headers["ETag"] == '"v1"'
    case = made.json()
    assert made.headers["Location"] == f"/v1/cases/{case['id']}"
    assert case["trigger_text"] == "受到5万元以上罚款处罚"
    assert "第十五条" in case["legal_basis"]
    assert case["rule_set"] == "credit-list.cases@100000/2018-order-60"
    assert case["evidence"] == ["合民罚〔2019〕12号"]


async def test_a_trigger_of_the_other_list_is_refused_with_the_choices(desk: Desk) -> None:
    answer = await desk.propose(await desk.an_organization(), trigger="annual-report")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/trigger"
    assert "fine-50000" in error["message"]


async def test_nobody_is_put_on_the_red_list_by_a_case(desk: Desk) -> None:
    answer = await desk.propose(await desk.an_organization(), list="red")
    assert answer.status_code == 422


async def test_a_case_without_evidence_is_refused(desk: Desk) -> None:
    answer = await desk.propose(await desk.an_organization(), evidence=[])
    assert answer.status_code == 422


async def test_a_text_of_blanks_is_no_text(desk: Desk) -> None:
    answer = await desk.propose(await desk.an_organization(), facts="    ")
    assert answer.status_code == 422


async def test_one_case_is_open_for_an_organisation_and_list(desk: Desk) -> None:
    organization = await desk.an_organization()
    first = await desk.a_case(organization)
    again = await desk.propose(organization)
    assert again.status_code == 409
    assert again.json()["case_id"] == first
    other = await desk.propose(organization, list="abnormal", trigger="annual-report")
    assert other.status_code == 201


async def test_two_clerks_at_once_open_one_case(desk: Desk) -> None:
    organization = await desk.an_organization()
    other = bearer("clerk-2", Role.CLERK)
    answers = await asyncio.gather(
        desk.propose(organization), desk.propose(organization, who=other)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_double_click_opens_one_case_and_gets_one_answer(desk: Desk) -> None:
    organization = await desk.an_organization()
    who = desk.clerk | {"Idempotency-Key": "click"}
    first = await desk.propose(organization, who=who)
    second = await desk.propose(organization, who=who)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


async def test_a_withdrawn_case_can_be_proposed_anew(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    assert (await desk.withdraw(case)).json()["status"] == "withdrawn"
    assert (await desk.propose(organization)).status_code == 201


async def test_an_official_of_another_district_cannot_propose(desk: Desk) -> None:
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    answer = await desk.propose(await desk.an_organization(), who=elsewhere)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:other-district"


async def test_a_cancelled_organisation_gets_no_case(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("cancelled", organization))
    assert (await desk.propose(organization)).status_code == 409


async def test_the_window_skips_national_day_and_counts_the_make_up_sunday(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    served = await desk.serve(case)
    assert served.status_code == 200, served.text
    # 24-27 and Sunday 29 September, 30 September, then 8-11 October 2019.
    assert served.json()["window_ends_on"] == "2019-10-11"


async def test_a_notice_is_not_served_in_the_future_nor_before_the_proposal(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    assert (await desk.serve(case, served_on="2019-09-24")).status_code == 422
    assert (await desk.serve(case, served_on="2019-09-20")).status_code == 422


async def test_a_window_into_a_year_without_a_calendar_is_explained(desk: Desk) -> None:
    desk.set_day("2026-12-28")
    case = await desk.a_case(await desk.an_organization())
    answer = await desk.serve(case)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:calendar-missing"
    assert answer.json()["year"] == 2027
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "notice_drafted"


async def test_on_the_last_day_the_window_is_open_and_on_the_next_it_is_over(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    await desk.pass_days(18)  # 11 October
    early = await desk.decide(case)
    assert early.status_code == 409
    assert early.json()["type"] == "urn:liandong:problem:defence-window-open"
    assert early.json()["decidable_on"] == "2019-10-12"
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "notice_served"
    await desk.pass_days(1)
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "window_elapsed"
    assert (await desk.decide(case)).status_code == 200


async def test_a_decision_does_not_wait_for_the_worker(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    desk.set_day("2019-10-12")
    decided = await desk.decide(case)
    assert decided.status_code == 200
    actions = [step["action"] for step in (await desk.read(f"/v1/cases/{case}"))["steps"]]
    assert actions == [None, "draft_notice", "serve_notice", "elapse", "decide"]
    await desk.service.settle()
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "decided"


async def test_a_case_without_notice_cannot_be_decided(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    answer = await desk.decide(case)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"


async def test_the_organisation_defends_itself_and_is_decided_after_verification(
    desk: Desk,
) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    stated = await desk.state(case, desk.organization(organization))
    assert stated.status_code == 200, stated.text
    assert stated.json()["status"] == "statement_received"
    assert stated.json()["verify_by"] == "2019-10-11"
    await desk.pass_days(19)
    unverified = await desk.decide(case)
    assert unverified.json()["type"] == "urn:liandong:problem:statement-not-verified"
    assert unverified.json()["verify_by"] == "2019-10-11"
    assert (await desk.verify(case)).json()["status"] == "statement_verified"
    decided = await desk.decide(case, "not_list")
    assert decided.status_code == 200
    assert decided.json()["listing_id"] is None
    assert await desk.facts() == []


async def test_who_has_been_heard_may_add_to_it_until_the_window_ends(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.state(case, desk.organization(organization))
    await desk.verify(case)
    early = await desk.decide(case)
    assert early.json()["type"] == "urn:liandong:problem:defence-window-open"
    assert early.json()["decidable_on"] == "2019-10-12"
    found = await desk.read(f"/v1/cases/{case}")  # ten working days after the window
    assert (found["due_step"], found["due_on"]) == ("decide", "2019-10-24")
    await desk.pass_days(19)
    assert (await desk.decide(case)).status_code == 200


async def test_a_statement_that_was_received_is_not_passed_over_by_the_clock(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.state(case, desk.organization(organization))
    await desk.pass_days(40)
    assert (await desk.decide(case)).status_code == 409


async def test_a_supplement_must_be_verified_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.state(case, desk.organization(organization))
    await desk.verify(case)
    await desk.state(case, desk.organization(organization), content="补充：罚款已经撤销")
    assert (await desk.decide(case)).status_code == 409
    statements = (await desk.read(f"/v1/cases/{case}"))["statements"]
    assert [bool(one["findings"]) for one in statements] == [True, False]


async def test_a_statement_after_the_window_is_refused_with_the_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.pass_days(19)
    late = await desk.state(case, desk.organization(organization))
    assert late.status_code == 409
    assert late.json()["window_ends_on"] == "2019-10-11"


async def test_a_paper_that_came_in_time_may_be_entered_later_by_a_clerk(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    await desk.pass_days(19)
    entered = await desk.state(case, desk.clerk, received_on="2019-10-11")
    assert entered.status_code == 200, entered.text
    assert (await desk.decide(case)).status_code == 409


async def test_an_organisation_does_not_date_its_own_statement_back(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.pass_days(19)
    answer = await desk.state(case, desk.organization(organization), received_on="2019-10-11")
    assert answer.status_code == 403


async def test_who_proposed_does_not_decide(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    case = await desk.a_case(await desk.an_organization(), who=both)
    await desk.serve(case)
    await desk.pass_days(19)
    answer = await desk.decide(case, who=both)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"


async def test_who_served_the_notice_does_not_decide_either(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case, who=both)
    await desk.pass_days(19)
    assert (await desk.decide(case, who=both)).status_code == 403


async def test_a_decision_holds_what_the_law_asks_of_it(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.pass_days(19)
    decided = (await desk.decide(case)).json()
    for field in ("facts", "evidence", "legal_basis", "notice_proof", "decision_document"):
        assert decided[field]
    assert "行政复议" in decided["remedy"]
    detail = await desk.read(f"/v1/cases/{case}")
    assert all(step["by"] and step["at"] and step["rule_set"] for step in detail["steps"])


async def test_a_change_needs_the_version_it_was_decided_on(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    body = {"reason": "事实有误"}
    path = f"/v1/cases/{case}/withdraw"
    none = await desk.client.post(path, json=body, headers=desk.clerk)
    assert none.status_code == 428
    assert (await desk.act(path, body, desk.clerk, version=7)).status_code == 412


async def test_a_decided_case_is_not_withdrawn(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_listing(organization)
    [case] = (await desk.read("/v1/cases"))["items"]
    assert (await desk.withdraw(case["id"])).status_code == 409
