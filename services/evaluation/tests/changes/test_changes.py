"""Lowering and cancelling grades in force."""

from datetime import UTC, datetime
from itertools import product

import pytest

from evaluation.changes.domain import TRANSITIONS, ChangeAction, ChangeStatus, advance
from liandong.ids import uuid7
from liandong.problems import IllegalTransition
from liandong.testing.services import Role, bearer
from services.evaluation.tests.conftest import APPROVER, BOTH, CLERK, Bureau


@pytest.mark.parametrize(("status", "action"), list(product(ChangeStatus, ChangeAction)))
def test_only_the_listed_transitions_exist(status: ChangeStatus, action: ChangeAction) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


async def test_a_grade_is_lowered_by_one_step(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    decided = await bureau.decide_change(grade)
    assert decided.status_code == 200
    assert decided.json()["status"] == "approved"
    found = await bureau.get(f"/v1/organizations/{organization.organization_id}/grade")
    assert (found["grade"], found["awarded_grade"], found["status"]) == ("3A", "4A", "current")
    assert found["valid_until"] == grade["valid_until"]
    event = (await bureau.service.published())[-1]
    assert event["type"] == "cn.liandong.evaluation.grade.adjusted"
    assert event["data"] == {
        "grade_id": grade["id"],
        "organization_id": str(organization.organization_id),
        "district": "340103",
        "grade": "3A",
        "previous_grade": "4A",
        "reason": "administrative-penalty",
        "adjusted_on": "2026-03-12",
    }


async def test_a_grade_is_lowered_to_the_stated_grade(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    decided = await bureau.decide_change(grade, to_grade="1A")
    assert decided.json()["to_grade"] == "1A"
    assert (await bureau.get(f"/v1/grades/{grade['id']}"))["grade"] == "1A"


async def test_a_grade_is_not_raised(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    answer = await bureau.propose_change(grade, to_grade="5A")
    assert answer.json()["type"] == "urn:liandong:problem:no-lower-grade"


async def test_a_cancelled_grade_is_gone(bureau: Bureau) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.decide_change(grade, kind="cancel", reason="false-material")
    address = f"/v1/organizations/{organization.organization_id}/grade"
    assert (await bureau.client.get(address)).status_code == 404
    event = (await bureau.service.published())[-1]
    assert event["type"] == "cn.liandong.evaluation.grade.cancelled"
    assert event["data"]["reason"] == "false-material"
    assert event["data"]["cancelled_on"] == "2026-03-12"
    bureau.service.clock.set(datetime(2032, 1, 2, tzinfo=UTC))
    await bureau.service.settle()
    assert await bureau.facts() == ["confirmed", "cancelled"]


async def test_who_proposed_a_change_may_not_approve_it(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    made = await bureau.post(
        "/v1/grade-changes",
        {
            "grade_id": grade["id"],
            "kind": "adjust",
            "reason": "administrative-penalty",
            "explanation": "处罚决定",
        },
        by=BOTH,
    )
    answer = await bureau.post(f"/v1/grade-changes/{made.json()['id']}/approve", by=BOTH, version=1)
    assert answer.json()["type"] == "urn:liandong:problem:two-person-rule"
    assert (await bureau.get(f"/v1/grades/{grade['id']}"))["grade"] == "4A"


async def test_a_reason_must_stand_in_the_rules(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    answer = await bureau.propose_change(grade, reason="bad-weather")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/reason"
    assert "tracking-evaluation" in error["message"]


async def test_a_wrong_change_is_withdrawn_and_proposed_anew(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    made = await bureau.propose_change(grade)
    twice = await bureau.propose_change(grade)
    assert twice.json()["type"] == "urn:liandong:problem:change-open"
    address = f"/v1/grade-changes/{made.json()['id']}"
    assert (await bureau.post(f"{address}/withdraw", version=1)).json()["status"] == "withdrawn"
    late = await bureau.post(f"{address}/approve", by=APPROVER, version=2)
    assert late.status_code == 409
    assert (await bureau.propose_change(grade)).status_code == 201


async def test_only_a_grade_in_force_is_changed(bureau: Bureau) -> None:
    made = await bureau.a_proposed_grade((await bureau.an_organization()).organization_id)
    answer = await bureau.propose_change(made)
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"
    assert (await bureau.propose_change({"id": str(uuid7())})).status_code == 404


async def test_a_change_lapses_when_the_grade_ends_first(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    made = await bureau.propose_change(grade)
    bureau.service.clock.set(datetime(2032, 1, 2, tzinfo=UTC))
    await bureau.service.settle()
    address = f"/v1/grade-changes/{made.json()['id']}"
    assert (await bureau.get(address, CLERK))["status"] == "lapsed"
    assert (await bureau.post(f"{address}/approve", by=APPROVER, version=2)).status_code == 409


@pytest.mark.parametrize(
    ("kind", "reason", "free_on"),
    [
        ("adjust", "administrative-penalty", (2028, 3, 12)),
        ("cancel", "other-breach", (2029, 3, 12)),
    ],
)
async def test_after_a_change_the_organisation_is_barred_for_some_years(
    bureau: Bureau, kind: str, reason: str, free_on: tuple[int, int, int]
) -> None:
    organization = await bureau.an_organization()
    grade = await bureau.a_current_grade(organization.organization_id)
    await bureau.decide_change(grade, kind=kind, reason=reason)
    free = datetime(*free_on, tzinfo=UTC)
    bureau.service.clock.set(datetime(free.year, free.month, free.day - 1, 15, tzinfo=UTC))
    barred = await bureau.propose(organization.organization_id, round="2026")
    assert [error["code"] for error in barred.json()["errors"]] == ["reapplication-barred"]
    bureau.service.clock.set(free)
    assert (await bureau.propose(organization.organization_id, round="2026")).status_code == 201


async def test_changes_are_read_by_officials_of_the_district_only(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    made = (await bureau.propose_change(grade)).json()
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    address = f"/v1/grade-changes/{made['id']}"
    assert (await bureau.client.get("/v1/grade-changes")).status_code == 401
    assert (await bureau.client.get(address, headers=elsewhere)).status_code == 403
    assert (await bureau.get("/v1/grade-changes", elsewhere))["items"] == []
    found = await bureau.get("/v1/grade-changes", APPROVER, status="open", grade_id=grade["id"])
    assert found["items"] == [made]


async def test_a_change_must_say_what_its_kind_needs(bureau: Bureau) -> None:
    grade = await bureau.a_current_grade((await bureau.an_organization()).organization_id)
    for wrong in (
        {"reason": None},
        {"kind": "keep", "reason": None},
        {"kind": "cancel", "to_grade": "3A"},
        {"explanation": "有\x00空"},
    ):
        assert (await bureau.propose_change(grade, **wrong)).status_code == 422, wrong
