"""重大活动报告: in time and late, answered, changed, cancelled, concluded."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.problems import IllegalTransition
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.working_days import load
from registry.activities.domain import TRANSITIONS, Action, Status, advance
from registry.activities.rules import ACTIVITIES, ActivityRules
from registry.app import DEFINITION
from services.registry.tests.hubs.desk import (
    APPROVER,
    CLERK,
    ELSEWHERE,
    a_body,
    codes,
    end,
    of,
    post,
    read,
    slug,
    told,
)

RULES: ActivityRules = DEFINITION.rule_book().shipped[ACTIVITIES.name][-1].parameters
COMMITTEE = bearer("committee-1", Role.COMMUNITY, district="340103001001")


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


@pytest.mark.parametrize(
    ("participants", "last_day", "permit"),
    [(0, "2026-03-20", False), (199, "2026-03-20", False), (200, "2026-03-13", False),
     (999, "2026-03-13", False), (1000, "2026-02-28", True)],
)  # fmt: skip
def test_the_larger_the_earlier(participants: int, last_day: str, permit: bool) -> None:
    # Saturday 28 February is a working day: it makes up for the Spring Festival.
    tier = RULES.tier(participants)
    assert tier.last_day(date(2026, 3, 27), load()).isoformat() == last_day
    assert tier.permit is permit


def a_form(**given: Any) -> dict[str, Any]:
    return {
        "kind": "festival",
        "title": "示例社区邻里节",
        "place": "示例社区广场",
        "starts_on": "2026-03-27",
        "ends_on": "2026-03-28",
        "participants": 150,
        "budget_fen": 300_000,
        **given,
    }


async def reported(
    registry: ServiceUnderTest, body: dict[str, Any], by: dict[str, str] = CLERK, **given: Any
) -> dict[str, Any]:
    answer = await post(registry, "/v1/activities", a_form(organization_id=body["id"], **given), by)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(
    registry: ServiceUnderTest,
    activity: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/activities/{activity['id']}/{action}",
        json=body,
        headers=by | {"If-Match": f'"v{activity["version"]}"'},
    )


RESULT = {"actual_participants": 140, "spent_fen": 280_000, "incident": False, "result": "顺利"}


async def test_from_the_report_to_the_result(registry: ServiceUnderTest) -> None:
    body = await a_body(registry, 1)
    activity = await reported(registry, body, of(body))
    assert (activity["is_late"], activity["report_due_on"]) == (False, "2026-03-20")
    answered = await step(registry, activity, "request-changes", answer="请缩小规模")
    assert answered.json()["status"] == "changes_requested"
    amended = await registry.client.put(
        f"/v1/activities/{activity['id']}",
        json=a_form(participants=100),
        headers=of(body) | {"If-Match": '"v2"'},
    )
    assert (amended.status_code, amended.json()["status"]) == (200, "reported")
    assert amended.json()["answer"] == ""
    known = await step(registry, amended.json(), "acknowledge", answer="已知悉，注意安全")
    early = await step(registry, known.json(), "conclude", of(body), **RESULT)
    assert (early.status_code, codes(early)) == (422, ["not-over"])
    registry.clock.set(datetime(2026, 3, 29, 1, tzinfo=UTC))
    done = await step(registry, known.json(), "conclude", of(body), **RESULT)
    assert (done.status_code, done.json()["status_label"]) == (200, "已报结果")
    registry.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC))
    await registry.settle()
    assert [one["fact"] for one in await told(registry, "activity")] == [
        "reported", "answered", "amended", "answered", "concluded",
    ]  # fmt: skip


async def test_a_late_report_is_taken_and_called_late(registry: ServiceUnderTest) -> None:
    body = await a_body(registry, 1)
    activity = await reported(registry, body, participants=1200)
    assert (activity["is_late"], activity["needs_permit"]) == (True, True)
    await reported(registry, body, starts_on="2026-02-01", ends_on="2026-02-01")
    on_the_day = await reported(registry, body, starts_on="2026-03-09", ends_on="2026-03-09")
    assert (on_the_day["is_late"], on_the_day["report_due_on"]) == (False, "2026-03-02")
    late = await read(registry, "/v1/activities", CLERK, only_late=True)
    assert len(late["items"]) == 2
    assert [one["is_late"] for one in await told(registry, "activity")] == [True, True, False]


async def test_a_result_that_is_not_told_in_time_is_told_of_once(
    registry: ServiceUnderTest,
) -> None:
    activity = await reported(registry, await a_body(registry, 1))
    assert activity["result_due_on"] == "2026-04-13"
    for day, overdue in ((13, False), (14, True), (20, True)):
        registry.clock.set(datetime(2026, 4, day, 1, tzinfo=UTC))
        await registry.settle()
        now = await read(registry, f"/v1/activities/{activity['id']}", CLERK)
        assert now["result_overdue"] is overdue
    events = [one["fact"] for one in await told(registry, "activity")]
    assert events == ["reported", "result-overdue"]
    assert (await step(registry, now, "conclude", **RESULT)).status_code == 200


async def test_a_cancelled_activity_has_no_result(registry: ServiceUnderTest) -> None:
    activity = await reported(registry, await a_body(registry, 1))
    against = await step(registry, activity, "advise-against", answer="天气不宜")
    gone = await step(registry, against.json(), "cancel", reason="接受建议")
    assert gone.json()["status"] == "cancelled"
    registry.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC))
    await registry.settle()
    assert (await told(registry, "activity"))[-1]["fact"] == "cancelled"
    twice = await step(registry, gone.json(), "cancel", reason="接受建议")
    assert (twice.status_code, slug(twice)) == (409, "illegal-transition")


async def test_who_may_not_is_refused(registry: ServiceUnderTest) -> None:
    body, stranger = await a_body(registry, 1), await a_body(registry, 2)
    form = a_form(organization_id=body["id"])
    for who in (of(stranger), ELSEWHERE, APPROVER):
        assert (await post(registry, "/v1/activities", form, who)).status_code == 403
    activity = await reported(registry, body, COMMITTEE)
    path = f"/v1/activities/{activity['id']}"
    for who in (of(stranger), ELSEWHERE):
        assert (await registry.client.get(path, headers=who)).status_code == 403
        assert (await read(registry, "/v1/activities", who))["items"] == []
    for who in (of(body), COMMITTEE, APPROVER):
        assert (await read(registry, path, who))["id"] == activity["id"]
    own = await step(registry, activity, "acknowledge", of(body), answer="自行知悉")
    assert own.status_code == 403
    stale = await step(registry, activity | {"version": 5}, "acknowledge", answer="已知悉")
    assert stale.status_code == 412


async def test_what_cannot_be_is_refused(registry: ServiceUnderTest) -> None:
    body = await a_body(registry, 1)
    for given in (
        {"ends_on": "2026-03-26"},
        {"starts_on": "9999-12-31", "ends_on": "9999-12-31"},
        {"starts_on": "0001-01-01"},
        {"participants": 10**12},
        {"budget_fen": -1},
        {"title": "节\x00日"},
        {"organization_id": str(uuid7())},
    ):
        form = {"organization_id": body["id"], **a_form(), **given}
        assert (await post(registry, "/v1/activities", form, CLERK)).status_code == 422
    far = await reported(registry, body, starts_on="2999-12-31", ends_on="2999-12-31")
    assert far["is_late"] is False
    await end(registry, body)
    over = await post(registry, "/v1/activities", a_form(organization_id=body["id"]), CLERK)
    assert (over.status_code, slug(over)) == (409, "organization-over")
