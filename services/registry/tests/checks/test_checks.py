"""专项检查、第三方审计 over HTTP."""

from itertools import product
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.problems import IllegalTransition
from liandong.testing.services import ServiceUnderTest, bearer
from registry.checks.domain import (
    TRANSITIONS,
    Action,
    Form,
    Result,
    Severity,
    Status,
    advance,
    fits,
)
from services.registry.tests.checks.tasks import (
    AUDIT,
    BOOKS,
    FEES,
    PATH,
    concluded,
    done,
    found,
    plan,
    planned,
    step,
)
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    ELSEWHERE,
    an_officer,
    codes,
    day,
    party,
    registered,
    slug,
    told,
    two_officers,
)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_everything_can_be_told_in_chinese() -> None:
    assert all(one.label for one in (*Status, *Action, *Form, *Result))


@pytest.mark.parametrize(
    ("result", "severities", "was_reached", "expected"),
    [
        (Result.NO_PROBLEM, [], True, True),
        (Result.NO_PROBLEM, [Severity.MINOR], True, False),
        (Result.NO_PROBLEM, [], False, False),
        (Result.RECTIFY, [Severity.ORDINARY], True, True),
        (Result.RECTIFY, [Severity.ORDINARY, Severity.SERIOUS], True, False),
        (Result.RECTIFY, [], True, False),
        (Result.CASE, [Severity.MINOR], True, True),
        (Result.CASE, [], True, False),
        (Result.UNREACHABLE, [], False, True),
        (Result.UNREACHABLE, [], True, False),
    ],
)
def test_the_result_follows_from_the_findings(
    result: Result, severities: list[Severity], was_reached: bool, expected: bool
) -> None:
    assert fits(result, severities, was_reached=was_reached) is expected


async def test_from_the_plan_to_the_board(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await planned(registry, body["id"])
    made = await done(registry, made, "record", CLERK, found(BOOKS))
    assert await told(registry, "check.") == []
    made = await done(registry, made, "conclude", CHIEF, {"result": "rectify"})
    assert (await registry.client.get("/v1/check-results")).json()["items"] == []
    made = await done(registry, made, "publish")
    [shown] = (await registry.client.get("/v1/check-results")).json()["items"]
    assert (shown["result_label"], shown["codes"]) == ("责令整改", ["books"])
    events = await told(registry, "check.")
    assert [one["type"].rpartition(".")[2] for one in events] == ["concluded", "published"]
    assert events[0]["data"] == {
        "check_id": made["id"],
        "organization_id": body["id"],
        "district": "340103",
        "form": "special",
        "matter": "finance",
        "plan_id": None,
        "result": "rectify",
        "codes": ["books"],
        "worst": "ordinary",
        "concluded_on": "2026-03-02",
    }
    assert BOOKS["facts"] not in str(events)


async def test_an_audit_needs_its_report(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await planned(registry, body["id"], **AUDIT)
    bare = await step(registry, made, "record", CLERK, found(BOOKS))
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/report_number")
    report = {"report_number": "示例审字〔2026〕1号", "reported_on": "2026-03-01"}
    made = await done(registry, made, "record", CLERK, found(FEES, **report))
    await done(registry, made, "conclude", CHIEF, {"result": "case"})
    [event] = await told(registry, "audit.reported")
    assert (event["data"]["reported_on"], event["data"]["worst"]) == ("2026-03-01", "serious")
    assert "示例会计师事务所" not in str(event)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"form": "sample"}, 422),
        ({"form": "audit"}, 422),
        ({"auditor": "示例会计师事务所"}, 422),
        ({"inspectors": []}, 422),
    ],
)
async def test_a_check_needs_what_belongs_to_its_form(
    registry: ServiceUnderTest, given: dict[str, Any], status: int
) -> None:
    assert (await plan(registry, (await registered(registry))["id"], **given)).status_code == status


async def test_findings_come_from_the_list_and_are_not_played_down(
    registry: ServiceUnderTest,
) -> None:
    made = await planned(registry, (await registered(registry))["id"])
    bad = found(
        {**BOOKS, "code": "unheard-of"},
        {**BOOKS, "code": "fire-safety", "severity": "serious"},
        {**FEES, "severity": "minor"},
    )
    refused = await step(registry, made, "record", CLERK, bad)
    assert (refused.status_code, codes(refused)) == (
        422,
        ["unknown-finding", "other-topic", "too-mild"],
    )
    future = await step(registry, made, "record", CLERK, found(checked_on="2026-03-03"))
    assert future.status_code == 422


async def test_who_checked_does_not_conclude_and_the_conclusion_fits(
    registry: ServiceUnderTest,
) -> None:
    made = await planned(registry, (await registered(registry))["id"])
    made = await done(registry, made, "record", CLERK, found(FEES))
    for subject in ("clerk-1", "inspector-1"):
        own = bearer(subject, Role.APPROVER)
        refused = await step(registry, made, "conclude", own, {"result": "case"})
        assert (refused.status_code, slug(refused)) == (403, "two-person-rule")
    mild = await step(registry, made, "conclude", CHIEF, {"result": "rectify"})
    assert (mild.status_code, slug(mild)) == (409, "result-does-not-fit")
    made = await done(registry, made, "return", CHIEF, {"reason": "记录不完整"})
    assert made["status"] == "planned"


async def test_the_result_is_to_be_published_in_time(registry: ServiceUnderTest) -> None:
    await concluded(registry, (await registered(registry))["id"], "no_problem")
    for when in ("2026-03-23", "2026-03-30", "2026-03-31", "2026-04-01"):
        day(registry, when)
        await registry.settle()
    events = await told(registry, "check.reminded")
    assert [(one["data"]["notice"], one["data"]["due_on"]) for one in events] == [
        ("due-soon", "2026-03-30"),
        ("overdue", "2026-03-30"),
    ]


async def test_the_body_sees_what_was_concluded_and_others_nothing(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await planned(registry, body["id"])
    path = f"{PATH}/{made['id']}"
    assert (await registry.client.get(path, headers=party(body))).status_code == 404
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    assert (await registry.client.get(path, headers=AUDITOR)).status_code == 200
    made = await concluded(registry, body["id"], "rectify", BOOKS)
    path = f"{PATH}/{made['id']}"
    seen = (await registry.client.get(path, headers=party(body))).json()
    assert (seen["findings"][0]["code"], seen["handlers"]) == ("books", [])
    other = await registered(registry, 2)
    assert (await registry.client.get(path, headers=party(other))).status_code == 403
    listed = (await registry.client.get(PATH, headers=party(body))).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]


async def test_a_planned_check_gets_other_inspectors_or_is_cancelled(
    registry: ServiceUnderTest,
) -> None:
    made = await planned(registry, (await registered(registry))["id"])
    others = [(await an_officer(registry, f"inspector-{n}"))["id"] for n in (3, 4)]
    made = await done(registry, made, "reassign", CHIEF, {"inspectors": others})
    one = [(await two_officers(registry))[0]]
    few = await step(registry, made, "reassign", CHIEF, {"inspectors": one})
    assert (few.status_code, codes(few)) == (422, ["too-few-officers"])
    made = await done(registry, made, "cancel", CHIEF, {"reason": "重复安排"})
    late = await step(registry, made, "record", CLERK, found())
    assert (late.status_code, slug(late)) == (409, "illegal-transition")
    stale = {**made, "version": 1}
    assert (await step(registry, stale, "cancel", CHIEF, {"reason": "重复"})).status_code == 412
