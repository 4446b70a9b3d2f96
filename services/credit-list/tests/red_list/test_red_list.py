"""The red list over HTTP."""

from datetime import date
from typing import Any

from credit_list.learned import events
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import bearer

Desk = Any
PROPOSALS = "/v1/red-list-proposals"


async def propose(desk: Desk, organization: Any, who: Any = None) -> Any:
    body = {"organization_id": str(organization), "reasons": "服务优良"}
    return await desk.act(PROPOSALS, body, who or desk.clerk)


async def in_publicity(desk: Desk, organization: Any, who: Any = None) -> str:
    await desk.a_grade(organization)
    made = await propose(desk, organization, who)
    assert made.status_code == 201, made.text
    path = f"{PROPOSALS}/{made.json()['id']}"
    assert (await desk.act(f"{path}/publicise", None, desk.clerk)).status_code == 200
    return path


async def confirm(desk: Desk, path: str, who: Any = None) -> Any:
    return await desk.act(f"{path}/confirm", {"reasons": "公示无异议"}, who or desk.approver)


async def test_a_red_listing_lasts_a_year_and_expires_by_itself(desk: Desk) -> None:
    organization = await desk.an_organization()
    listing = await desk.a_red_listing(organization)
    read = await desk.read(f"/v1/listings/{listing}")
    assert (read["listed_on"], read["valid_until"]) == ("2019-10-10", "2020-10-10")
    desk.set_day("2020-10-10")
    await desk.service.settle()
    assert (await desk.read(f"/v1/listings/{listing}"))["status"] == "listed"
    await desk.pass_days(1)
    assert (await desk.read(f"/v1/listings/{listing}"))["delist_reason"] == "expired"
    assert await desk.facts() == ["listed red", "delisted red expired"]


async def test_failed_conditions_are_named_one_by_one(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.learn(desk.told("suspended", organization))
    answer = await propose(desk, organization)
    assert answer.status_code == 409
    codes = [one["code"] for one in answer.json()["failed_conditions"]]
    assert codes == ["status-not-active", "grade-too-low"]


async def test_publicity_runs_seven_working_days_over_the_holidays(desk: Desk) -> None:
    path = await in_publicity(desk, await desk.an_organization())
    assert (await desk.read(path))["publicity_ends_on"] == "2019-10-08"
    desk.set_day("2019-10-08")
    early = await confirm(desk, path)
    assert early.status_code == 409
    assert early.json()["confirmable_on"] == "2019-10-09"
    desk.set_day("2019-10-09")
    assert (await confirm(desk, path)).status_code == 200


async def test_the_public_sees_who_is_in_publicity(desk: Desk) -> None:
    await in_publicity(desk, await desk.an_organization())
    seen = (await desk.client.get(f"{PROPOSALS}/publicity")).json()["items"]
    assert [one["publicity_ends_on"] for one in seen] == ["2019-10-08"]
    elsewhere = await desk.client.get(f"{PROPOSALS}/publicity", params={"district": "340700"})
    assert elsewhere.json()["items"] == []
    await desk.pass_days(17)
    assert (await desk.client.get(f"{PROPOSALS}/publicity")).json()["items"] == []


async def test_an_objection_must_be_settled_first(desk: Desk) -> None:
    path = await in_publicity(desk, await desk.an_organization())
    await desk.act(f"{path}/objections", {"content": "收费不公开"}, desk.clerk)
    await desk.pass_days(17)
    assert (await confirm(desk, path)).json()["type"] == "urn:liandong:problem:objection-open"
    settled = {"outcome": "dismissed", "findings": "收费标准已公示"}
    assert (await desk.act(f"{path}/objections/2/settle", settled, desk.clerk)).status_code == 404
    assert (await desk.act(f"{path}/objections/1/settle", settled, desk.clerk)).status_code == 200
    assert (await desk.act(f"{path}/objections/1/settle", settled, desk.clerk)).status_code == 409
    assert (await confirm(desk, path)).status_code == 200


async def test_an_upheld_objection_leaves_refusal_only(desk: Desk) -> None:
    path = await in_publicity(desk, await desk.an_organization())
    await desk.act(f"{path}/objections", {"content": "收费不公开"}, desk.clerk)
    upheld = {"outcome": "upheld", "findings": "属实"}
    await desk.act(f"{path}/objections/1/settle", upheld, desk.clerk)
    await desk.pass_days(17)
    assert (await confirm(desk, path)).status_code == 409
    refused = await desk.act(f"{path}/refuse", {"reasons": "异议成立"}, desk.approver)
    assert refused.json()["status"] == "refused"
    assert await desk.facts() == []


async def test_who_proposed_does_not_confirm(desk: Desk) -> None:
    both = bearer("double", Role.CLERK, Role.APPROVER)
    path = await in_publicity(desk, await desk.an_organization(), both)
    await desk.pass_days(17)
    assert (await confirm(desk, path, both)).status_code == 403


async def test_who_was_listed_during_the_publicity_is_not_confirmed(desk: Desk) -> None:
    organization = await desk.an_organization()
    path = await in_publicity(desk, organization)
    await desk.a_listing(organization)
    answer = await confirm(desk, path)
    assert answer.status_code == 409
    assert [one["code"] for one in answer.json()["failed_conditions"]] == ["on-serious-list"]


async def test_a_grade_that_ended_does_not_count(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_grade(organization, "5A", valid_until=date(2019, 9, 22))
    assert (await propose(desk, organization)).status_code == 409


async def test_one_proposal_is_open_and_a_withdrawn_one_makes_room(desk: Desk) -> None:
    organization = await desk.an_organization()
    path = await in_publicity(desk, organization)
    assert (await propose(desk, organization)).status_code == 409
    withdrawn = await desk.act(f"{path}/withdraw", {"reasons": "推荐有误"}, desk.clerk)
    assert withdrawn.json()["status"] == "withdrawn"
    assert (await propose(desk, organization)).status_code == 201
    assert len((await desk.read(PROPOSALS, status="withdrawn"))["items"]) == 1


async def test_who_is_on_the_red_list_is_not_proposed_again(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_red_listing(organization)
    assert (await propose(desk, organization)).status_code == 409


async def test_proposals_are_read_inside_the_office(desk: Desk) -> None:
    path = await in_publicity(desk, await desk.an_organization())
    assert (await desk.client.get(path)).status_code == 401
    other = desk.organization(await desk.an_organization(2))
    assert (await desk.client.get(path, headers=other)).status_code == 403
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    assert (await desk.client.get(path, headers=elsewhere)).status_code == 403


async def test_a_bureau_may_ask_for_two_qualified_inspections_and_no_penalty(desk: Desk) -> None:
    organization = await desk.an_organization()
    await desk.a_grade(organization)
    [shipped] = await desk.read("/v1/rule-sets", subject="credit-list.red-list")
    asked = {"qualified_inspections": 2, "no_penalty_months": 36}
    body = {
        "subject": "credit-list.red-list",
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-01-01",
        "legal_basis": "本市试行办法",
        "parameters": shipped["parameters"] | asked,
    }
    admin = bearer("admin-1", Role.SYSTEM_ADMIN)
    made = await desk.client.post("/v1/rule-sets/overrides", json=body, headers=admin)
    assert made.status_code == 201, made.text
    served, withdrawn = (
        kind(
            penalty_id=organization,
            organization_id=organization,
            district="340103",
            decision_number="庐民罚〔2019〕3号",
            sanctions=["warning"],
            violations=["beyond-scope"],
            decided_on=date(2019, 9, 20),
            **given,
        )
        for kind, given in (
            (events.PenaltyServed, {"served_on": date(2019, 9, 23)}),
            (events.PenaltyWithdrawn, {}),
        )
    )
    await desk.learn(served)
    proposal = {"organization_id": str(organization), "reasons": "服务优良"}
    refused = await desk.act("/v1/red-list-proposals", proposal, desk.clerk)
    codes = [one["code"] for one in refused.json()["failed_conditions"]]
    assert codes == ["inspection-not-qualified", "recent-penalty"]
    await desk.learn(withdrawn)
    for year in (2017, 2018):
        await desk.learn(
            events.InspectionConcluded(
                inspection_id=uuid7(),
                organization_id=organization,
                district="340103",
                year=year,
                verdict="qualified",
            )
        )
    answer = await desk.act("/v1/red-list-proposals", proposal, desk.clerk)
    assert answer.status_code == 201, answer.text
