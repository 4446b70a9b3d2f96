"""Notice and service over HTTP: drafts, failed attempts, public notice, corrections, decisions."""

from typing import Any

from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import bearer

Desk = Any
SECOND = bearer("clerk-2", Role.CLERK)


async def papers(desk: Desk, case: str, who: Any = None) -> list[dict[str, Any]]:
    return await desk.read(f"/v1/cases/{case}/documents", who)


async def test_a_notice_is_not_served_before_it_was_drafted(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    body = {"method": "mail", "served_on": desk.today, "proof": "EMS1"}
    answer = await desk.act(f"/v1/cases/{case}/notice", body, desk.clerk)
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"


async def test_a_draft_is_kept_and_replaced_until_it_is_served(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.draft(case, document_number="合民告〔2019〕1号")
    await desk.draft(case, document_number="合民告〔2019〕2号")
    await desk.serve(case)
    assert (await desk.draft(case)).status_code == 409
    first, second = await papers(desk, case)
    assert (first["is_replaced"], second["is_replaced"]) == (True, False)
    assert first["services"] == []
    assert "合民罚〔2019〕12号" in second["content"]
    assert "10个工作日内" in second["content"]
    [service] = second["services"]
    assert (service["outcome"], service["served_on"]) == ("served", "2019-09-23")


async def test_the_organisation_reads_what_was_served_and_not_by_whom(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.draft(case)
    own = desk.organization(organization)
    hidden = await desk.client.get(f"/v1/cases/{case}/documents", headers=own)
    assert hidden.status_code == 404
    await desk.draft(case)
    await desk.serve(case)
    [paper] = await papers(desk, case, own)
    assert (paper["kind"], paper["made_by"]) == ("notice", None)
    assert paper["services"][0]["entered_by"] is None
    other = desk.organization(await desk.an_organization(2))
    answer = await desk.client.get(f"/v1/cases/{case}/documents", headers=other)
    assert answer.status_code == 404


async def test_a_paper_is_encrypted_at_rest(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.state(case, desk.organization(organization), content="会长张三丰的说明")
    await desk.verify(case)
    await desk.pass_days(19)
    await desk.decide(case, "not_list")
    async with desk.service.runtime.api_engine.connect() as connection:
        stored = (await connection.scalars(text("SELECT content FROM case_document"))).all()
    assert len(stored) == 2
    assert "张三丰" not in "".join(stored)
    assert "张三丰" in (await papers(desk, case))[-1]["content"]


async def test_a_public_notice_needs_a_failed_letter_and_computes_its_day(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.draft(case)
    early = await desk.serve(case, method="public-notice")
    assert early.json()["type"] == "urn:liandong:problem:not-by-public-notice"
    assert (await desk.fail_service(case)).json()["status"] == "notice_drafted"
    served = (await desk.serve(case, method="public-notice")).json()
    assert (served["notice_told_on"], served["notice_served_on"]) == ("2019-09-23", "2019-10-23")
    assert served["window_ends_on"] == "2019-11-06"
    stated = await desk.state(case, desk.organization(organization))
    assert stated.status_code == 200, stated.text
    [paper] = await papers(desk, case)
    assert [one["outcome"] for one in paper["services"]] == ["failed", "served"]


async def test_an_attempt_lies_between_the_draft_and_today(desk: Desk) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.draft(case)
    for day in ("2019-09-22", "2019-09-24"):
        answer = await desk.fail_service(case, attempted_on=day)
        assert answer.json()["errors"][0]["pointer"] == "/attempted_on"


async def test_another_officer_corrects_a_wrong_service_and_the_window_never_shrinks(
    desk: Desk,
) -> None:
    case = await desk.a_case(await desk.an_organization())
    await desk.draft(case)
    await desk.pass_days(1)
    await desk.serve(case)
    own = await desk.correct_service(case, desk.clerk)
    assert own.json()["type"] == "urn:liandong:problem:two-person-rule"
    earlier = await desk.correct_service(case, SECOND, served_on="2019-09-23")
    assert earlier.status_code == 200, earlier.text
    assert earlier.json()["notice_served_on"] == "2019-09-23"
    assert earlier.json()["window_ends_on"] == "2019-10-12"
    [paper] = await papers(desk, case)
    assert [one["corrected_by"] for one in paper["services"]] == ["clerk-2", None]
    assert [one["served_on"] for one in paper["services"]] == ["2019-09-24", "2019-09-23"]


async def test_a_later_day_of_service_opens_the_window_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    await desk.serve(case)
    await desk.pass_days(19)
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "window_elapsed"
    corrected = (await desk.correct_service(case, SECOND, served_on="2019-09-27")).json()
    assert (corrected["status"], corrected["window_ends_on"]) == ("notice_served", "2019-10-16")
    assert (await desk.decide(case)).json()["type"].endswith("defence-window-open")
    assert (await desk.state(case, desk.organization(organization))).status_code == 200


async def test_who_corrected_the_service_does_not_decide(desk: Desk) -> None:
    third = bearer("approver-3", Role.APPROVER)
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    assert (await desk.correct_service(case, third, served_on="2019-09-23")).status_code == 200
    await desk.pass_days(19)
    assert (await desk.decide(case, who=third)).status_code == 403
    late = await desk.decide(case)
    assert late.status_code == 200
    assert (await desk.correct_service(case, SECOND)).status_code == 409


async def test_the_decision_is_a_paper_that_is_served_with_its_remedies(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization, discretion="heavy", discretion_basis="裁量基准三")
    await desk.serve(case)
    await desk.pass_days(19)
    decided = (await desk.decide(case)).json()
    assert (decided["is_published"], decided["due_step"]) == (True, "serve_decision")
    assert decided["due_on"] == "2019-10-22"
    content = (await papers(desk, case))[-1]["content"]
    for words in (
        "合民〔2019〕8号",
        "从重（裁量基准三）",
        "未陈述、申辩",
        "行政复议",
        "EMS1234567890",
    ):
        assert words in content
    own = desk.organization(organization)
    assert [one["kind"] for one in await papers(desk, case, own)] == ["notice"]
    served = (await desk.serve_decision(case)).json()
    assert (served["review_until"], served["suit_until"]) == ("2019-12-11", "2020-04-12")
    assert (served["due_step"], served["status"]) == (None, "decided")
    assert [one["kind"] for one in await papers(desk, case, own)] == ["notice", "decision"]
    again = await desk.serve_decision(case)
    assert again.json()["type"] == "urn:liandong:problem:decision-served"


async def test_a_level_of_discretion_is_one_of_the_rules(desk: Desk) -> None:
    organization = await desk.an_organization()
    answer = await desk.propose(organization, discretion="harsh")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/discretion"
    level = {"code": "light", "text": "从轻"}
    rules = {"required": True, "levels": [level], "certainty": "chosen"}
    await desk.override("credit-list.cases", "2018-order-60", discretion=rules)
    assert (await desk.propose(organization)).status_code == 422
    assert (await desk.propose(organization, discretion="light")).status_code == 201


async def test_where_the_rules_ask_for_a_discussion_its_record_is_needed_to_list(
    desk: Desk,
) -> None:
    wanted = [{"list": "serious", "trigger": "fine-50000"}]
    await desk.override("credit-list.cases", "2018-order-60", collective_discussion=wanted)
    case = await desk.a_case(await desk.an_organization())
    await desk.serve(case)
    await desk.pass_days(19)
    missing = await desk.decide(case)
    assert missing.json()["errors"][0]["pointer"] == "/discussion_record"
    assert (await desk.read(f"/v1/cases/{case}"))["status"] == "window_elapsed"
    decided = await desk.decide(case, discussion_record="会议纪要〔2019〕5号")
    assert decided.json()["discussion_record"] == "会议纪要〔2019〕5号"


async def test_every_step_has_its_day_and_what_is_late_is_found(desk: Desk) -> None:
    organization = await desk.an_organization()
    case = await desk.a_case(organization)
    path = f"/v1/cases/{case}"
    drafted = await desk.read(path)
    assert (drafted["due_step"], drafted["due_on"]) == ("draft_notice", "2019-10-11")
    await desk.draft(case)
    await desk.pass_days(1)
    redrafted = (await desk.draft(case)).json()
    assert (redrafted["due_step"], redrafted["due_on"]) == ("serve_notice", "2019-10-08")
    desk.set_day("2019-10-08")
    assert (await desk.read("/v1/cases", overdue=True))["items"] == []
    desk.set_day("2019-10-09")
    [late] = (await desk.read("/v1/cases", overdue=True))["items"]
    assert (late["id"], late["is_overdue"]) == (case, True)
    await desk.serve(case)
    served = await desk.read(path)
    assert (served["due_step"], served["due_on"]) == (None, None)
    own = desk.organization(organization)
    assert (await desk.state(case, own)).json()["due_on"] is None
    received = await desk.read(path)
    assert (received["due_step"], received["due_on"]) == ("verify_statement", "2019-10-22")
    assert (await desk.verify(case)).json()["due_step"] == "decide"
    assert await desk.facts() == []
