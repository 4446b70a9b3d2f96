"""责令整改 over HTTP."""

from itertools import product
from typing import Any

import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.problems import IllegalTransition
from liandong.testing.services import ServiceUnderTest, bearer
from registry.rectifications.domain import TRANSITIONS, Action, Status, advance
from services.registry.tests.penalties.casebook import (
    AUDITOR,
    CHIEF,
    CLERK,
    DEPUTY,
    ELSEWHERE,
    REVIEWER,
    codes,
    day,
    party,
    registered,
    served,
    slug,
    told,
)
from services.registry.tests.rectifications.orders import (
    FOUND,
    PATH,
    REPORT,
    done,
    drafted,
    kinds,
    order,
    ordered,
    step,
)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


async def test_from_the_draft_to_the_re_check(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await drafted(registry, body["id"])
    made = await done(registry, made, "issue", CHIEF)
    assert (made["number"], made["act_until"]) == ("340103民责改字〔2026〕1号", "2026-03-11")
    made = await done(registry, made, "serve", body=served("2026-03-02"))
    assert (made["status"], made["due_on"]) == ("ordered", "2026-04-01")
    day(registry, "2026-04-01")
    made = await done(registry, made, "submit", party(body), REPORT)
    assert made["act_until"] == "2026-04-16"
    day(registry, "2026-04-10")
    await registry.settle()
    made = await done(registry, made, "confirm", CLERK, FOUND)
    assert (made["status"], made["overdue_on"]) == ("completed", None)
    answer = await registry.client.get(f"{PATH}/{made['id']}", headers=party(body))
    whole = answer.json()
    assert whole["reports"][0]["found"] == FOUND["found"]
    assert "六十日内申请行政复议" in whole["remedy"]
    assert (whole["drafters"], whole["issued_by"]) == ([], None)
    assert await kinds(registry) == ["ordered", "submitted", "completed"]
    events = await told(registry, "rectification.")
    assert events[-1]["data"] == {
        "rectification_id": made["id"],
        "organization_id": body["id"],
        "district": "340103",
        "status": "completed",
        "source": "check",
        "source_id": None,
        "codes": ["books"],
        "due_on": "2026-04-01",
        "completed_on": "2026-04-10",
        "in_time": True,
    }
    assert REPORT["report"] not in str(events)


async def test_lateness_is_told_once_and_stays_on_record(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await ordered(registry, body["id"])
    for when in ("2026-03-27", "2026-04-01", "2026-04-02", "2026-04-20"):
        day(registry, when)
        await registry.settle()
    assert await kinds(registry) == ["ordered", "reminded", "overdue"]
    [late] = await told(registry, "rectification.overdue")
    assert late["data"]["overdue_on"] == "2026-04-02"
    listed = await registry.client.get(PATH, params={"only_overdue": True}, headers=CLERK)
    [made] = listed.json()["items"]
    made = await done(registry, made, "submit", party(body), REPORT)
    made = await done(registry, made, "return", CLERK, {"found": "仍未单独核算"})
    await registry.settle()
    made = await done(registry, made, "submit", party(body), REPORT)
    made = await done(registry, made, "confirm", CLERK, FOUND)
    assert made["overdue_on"] == "2026-04-02"
    assert (await kinds(registry)).count("overdue") == 1
    [completed] = await told(registry, "rectification.completed")
    assert completed["data"]["in_time"] is False


async def test_what_was_reported_in_time_and_given_back_after_the_deadline_is_late_then(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await ordered(registry, body["id"])
    made = await done(registry, made, "submit", party(body), REPORT)
    day(registry, "2026-04-03")
    await registry.settle()
    assert "overdue" not in await kinds(registry)
    await done(registry, made, "return", CLERK, {"found": "仍未单独核算"})
    await registry.settle()
    assert (await kinds(registry))[-2:] == ["returned", "overdue"]


async def test_the_deadline_is_extended_once_and_before_it_has_passed(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await ordered(registry, body["id"])
    why = {"days": 31, "reason": "工程尚未完工"}
    long = await step(registry, made, "extend", CHIEF, why)
    assert (long.status_code, codes(long)) == (422, ["out-of-range"])
    made = await done(registry, made, "extend", CHIEF, why | {"days": 30})
    assert made["due_on"] == "2026-05-01"
    again = await step(registry, made, "extend", CHIEF, why)
    assert (again.status_code, slug(again)) == (409, "extended-already")
    day(registry, "2026-04-02")
    await registry.settle()
    assert await kinds(registry) == ["ordered", "extended"]
    other = await ordered_on(registry, "2026-04-02")
    day(registry, "2026-05-03")
    late = await step(registry, other, "extend", CHIEF, why | {"days": 5})
    assert (late.status_code, slug(late)) == (409, "extended-already")


async def ordered_on(registry: ServiceUnderTest, on: str) -> dict[str, Any]:
    made = await drafted(registry, (await registered(registry, 7))["id"])
    made = await done(registry, made, "issue", CHIEF)
    return await done(registry, made, "serve", body=served(on))


async def test_nobody_issues_extends_or_checks_the_own_work(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    both = bearer("clerk-1", Role.CLERK, Role.APPROVER)
    second = bearer("reviewer-1", Role.CLERK, Role.APPROVER)
    made = await drafted(registry, body["id"])
    draft = order(body["id"])
    changed = {name: draft[name] for name in ("facts", "items", "evidence", "days")}
    edited = await registry.client.put(
        f"{PATH}/{made['id']}", json=changed, headers=REVIEWER | {"If-Match": '"v1"'}
    )
    assert edited.status_code == 200, edited.text
    made = edited.json()
    for who in (both, second):
        own = await step(registry, made, "issue", who)
        assert (own.status_code, slug(own)) == (403, "two-person-rule")
    made = await done(registry, made, "issue", CHIEF)
    made = await done(registry, made, "serve", body=served("2026-03-02"))
    made = await done(registry, made, "submit", CLERK, REPORT)
    for action in ("confirm", "return"):
        own = await step(registry, made, action, CLERK, FOUND)
        assert (own.status_code, slug(own)) == (403, "two-person-rule")
    assert (await done(registry, made, "confirm", REVIEWER, FOUND))["status"] == "completed"


async def test_a_withdrawn_order_binds_nobody(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = await ordered(registry, body["id"])
    made = await done(registry, made, "withdraw", DEPUTY, {"reason": "对象有误"})
    day(registry, "2026-06-01")
    await registry.settle()
    assert await kinds(registry) == ["ordered", "withdrawn"]
    silent = await drafted(registry, body["id"])
    await done(registry, silent, "withdraw", DEPUTY, {"reason": "对象有误"})
    assert await kinds(registry) == ["ordered", "withdrawn"]


async def test_one_matter_is_ordered_once(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    source = {"source": "inspection", "source_id": str(uuid7())}
    made = await drafted(registry, body["id"], **source)
    json = order(body["id"], **source)
    again = await registry.client.post(PATH, json=json, headers=CLERK)
    assert (again.status_code, slug(again)) == (409, "already-ordered")
    await done(registry, made, "withdraw", DEPUTY, {"reason": "对象有误"})
    assert (await registry.client.post(PATH, json=json, headers=CLERK)).status_code == 201


@pytest.mark.parametrize("days", [4, 91])
async def test_the_days_lie_within_the_rules(registry: ServiceUnderTest, days: int) -> None:
    body = order((await registered(registry))["id"], days=days)
    refused = await registry.client.post(PATH, json=body, headers=CLERK)
    assert (refused.status_code, codes(refused)) == (422, ["out-of-range"])


async def test_a_body_that_has_ended_is_ordered_nothing(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await registry.client.post(
        f"/v1/organizations/{body['id']}/cancel",
        json={"reason": "依申请办理"},
        headers=CHIEF | {"If-Match": '"v1"'},
    )
    refused = await registry.client.post(PATH, json=order(body["id"]), headers=CLERK)
    assert (refused.status_code, slug(refused)) == (409, "organization-ended")


async def test_drafts_are_the_authoritys_own_and_others_see_nothing(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    made = await drafted(registry, body["id"])
    path = f"{PATH}/{made['id']}"
    assert (await registry.client.get(path, headers=party(body))).status_code == 404
    assert (await registry.client.get(path, headers=AUDITOR)).status_code == 200
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    early = await step(registry, made, "submit", party(body), REPORT)
    assert early.status_code == 404
    elsewhere = await registry.client.post(PATH, json=order(body["id"]), headers=ELSEWHERE)
    assert (elsewhere.status_code, slug(elsewhere)) == (403, "other-district")
    other = await registered(registry, 2)
    made = await ordered(registry, body["id"])
    foreign = await step(registry, made, "submit", party(other), REPORT)
    assert (foreign.status_code, slug(foreign)) == (403, "other-organization")
    listed = (await registry.client.get(PATH, headers=party(body))).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    stale = {**made, "version": made["version"] - 1}
    assert (await step(registry, stale, "submit", party(body), REPORT)).status_code == 412
