"""清算 over HTTP."""

from itertools import product
from typing import Any

import httpx
import pytest

from liandong.problems import IllegalTransition
from liandong.testing.services import ServiceUnderTest
from registry.liquidations.domain import OPEN, TRANSITIONS, Action, Status, advance
from services.registry.tests.checks.tasks import done, step
from services.registry.tests.penalties import casebook
from services.registry.tests.penalties.casebook import (
    CHIEF,
    CLERK,
    DEPUTY,
    ELSEWHERE,
    REVOCATION,
    SUSPENSION,
    codes,
    day,
    in_force,
    organization,
    party,
    registered,
    slug,
    told,
)

PATH = "/v1/liquidations"
GROUP = {"formed_on": "2026-03-02", "members": 3}
REPORT = {"ended_on": "2026-03-02", "assets_fen": 100, "debts_fen": 0, "summary": "财产已经清点"}


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert status in OPEN
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


async def begin(
    registry: ServiceUnderTest, body: dict[str, Any], by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    json = {
        "organization_id": body["id"],
        "ground": "dissolution",
        "triggered_on": "2026-03-02",
        **given,
    }
    return await registry.client.post(PATH, json=json, headers=by)


async def kinds(registry: ServiceUnderTest) -> list[str]:
    return [one["type"].rpartition(".")[2] for one in await told(registry, "liquidation.")]


async def listed(registry: ServiceUnderTest) -> list[dict[str, Any]]:
    return (await registry.client.get(PATH, headers=CLERK)).json()["items"]


async def test_from_the_decision_to_end_to_the_cancellation(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = (await begin(registry, body, party(body))).json()
    made = await done(registry, made, "form", party(body), GROUP, path=PATH)
    made = await done(registry, made, "end", party(body), REPORT, path=PATH)
    early = await step(registry, made, "close", path=PATH)
    assert (early.status_code, slug(early)) == (409, "not-cancelled")
    ended = {"reason": "依申请办理"}
    path = f"/v1/organizations/{body['id']}/cancel"
    await registry.client.post(path, json=ended, headers=CHIEF | {"If-Match": '"v1"'})
    made = await done(registry, made, "close", path=PATH)
    assert made["status"] == "closed"
    assert await kinds(registry) == ["begun", "formed", "ended", "closed"]
    events = await told(registry, "liquidation.")
    assert (events[0]["data"]["due_on"], events[2]["data"]["due_on"]) == (
        "2026-04-01",
        "2026-03-17",
    )
    assert REPORT["summary"] not in str(events)


async def test_both_periods_are_watched(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    await begin(registry, body)
    for when in ("2026-03-25", "2026-04-01", "2026-04-02", "2026-04-03"):
        day(registry, when)
        await registry.settle()
    [made] = await listed(registry)
    assert made["overdue_on"] == "2026-04-02"
    formed = {"formed_on": "2026-04-03", "members": 3}
    made = await done(registry, made, "form", CLERK, formed, path=PATH)
    assert made["overdue_on"] is None
    made = await done(registry, made, "end", CLERK, {**REPORT, "ended_on": "2026-04-03"}, path=PATH)
    day(registry, "2026-04-21")
    await registry.settle()
    found = await told(registry, "liquidation.")
    assert [(one["type"].rpartition(".")[2], one["data"].get("stage")) for one in found] == [
        ("begun", None),
        ("reminded", "group"),
        ("overdue", "group"),
        ("formed", None),
        ("ended", None),
        ("overdue", "application"),
    ]


async def test_a_penalty_that_revokes_begins_it_and_its_withdrawal_ends_it(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    penalty = await in_force(registry, body["id"], **REVOCATION)
    [made] = await listed(registry)
    assert (made["ground"], made["status"], made["triggered_on"]) == (
        "revocation",
        "due",
        "2026-03-10",
    )
    assert (await organization(registry, body["id"]))["status"] == "revoked"
    again = await begin(registry, body, ground="revocation")
    assert (again.status_code, slug(again)) == (409, "already-liquidating")
    why = {"ground": "judgment", "reasons": "人民法院判决撤销"}
    await casebook.done(registry, penalty, "withdraw", DEPUTY, why)
    [made] = await listed(registry)
    assert made["status"] == "withdrawn"
    assert await kinds(registry) == ["begun", "withdrawn"]


async def test_a_restored_body_is_suspended_as_long_as_another_penalty_says(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await in_force(registry, body["id"], **SUSPENSION)
    penalty = await in_force(registry, body["id"], **REVOCATION)
    why = {"ground": "judgment", "reasons": "人民法院判决撤销"}
    await casebook.done(registry, penalty, "withdraw", DEPUTY, why)
    now = await organization(registry, body["id"])
    assert (now["status"], now["suspended_until"]) == ("suspended", "2026-06-10")


async def test_the_clock_finds_out_that_the_body_was_cancelled(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    made = (await begin(registry, body)).json()
    made = await done(registry, made, "form", CLERK, GROUP, path=PATH)
    await done(registry, made, "end", CLERK, REPORT, path=PATH)
    path = f"/v1/organizations/{body['id']}/cancel"
    ended = {"reason": "依申请办理"}
    await registry.client.post(path, json=ended, headers=CHIEF | {"If-Match": '"v1"'})
    day(registry, "2026-03-18")
    await registry.settle()
    assert [one["status"] for one in await listed(registry)] == ["closed"]
    assert "overdue" not in await kinds(registry)


async def test_who_and_when(registry: ServiceUnderTest) -> None:
    body = await registered(registry)
    other = await registered(registry, 2)
    assert slug(await begin(registry, body, party(other))) == "other-organization"
    assert slug(await begin(registry, body, ELSEWHERE)) == "other-district"
    assert slug(await begin(registry, body, ground="revocation")) == "ground-does-not-fit"
    for when in ("2026-03-03", "2020-03-01"):
        assert codes(await begin(registry, body, triggered_on=when)) == ["out-of-range"]
    made = (await begin(registry, body)).json()
    twice = await begin(registry, body)
    assert (twice.status_code, slug(twice)) == (409, "already-liquidating")
    refused = await step(registry, made, "form", party(other), GROUP, path=PATH)
    assert (refused.status_code, slug(refused)) == (403, "other-organization")
    late = {"formed_on": "2026-03-01", "members": 3}
    assert codes(await step(registry, made, "form", CLERK, late, path=PATH)) == ["out-of-range"]
    stale = await step(registry, {**made, "version": 9}, "form", CLERK, GROUP, path=PATH)
    assert stale.status_code == 412
    made = await done(registry, made, "withdraw", CHIEF, {"reason": "决定继续存续"}, path=PATH)
    assert (await begin(registry, body)).status_code == 201
    seen = (await registry.client.get(PATH, headers=party(other))).json()["items"]
    assert seen == []
    path = f"{PATH}/{made['id']}"
    assert (await registry.client.get(path, headers=ELSEWHERE)).status_code == 403
    assert (await registry.client.get(path, headers=party(body))).status_code == 200
