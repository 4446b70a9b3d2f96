"""The case of a penalty in tests: the body, the officers, and the steps over HTTP."""

from datetime import UTC, datetime
from typing import Any

import httpx

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make

CLERK = bearer("clerk-1", Role.CLERK)
REVIEWER = bearer("reviewer-1", Role.CLERK)
CHIEF = bearer("chief-1", Role.APPROVER)
DEPUTY = bearer("deputy-1", Role.APPROVER)
AUDITOR = bearer("auditor-1", Role.AUDITOR)
ELSEWHERE = bearer("clerk-9", Role.CLERK, Role.APPROVER, district="340700")

SAID = "我单位已经停止收费并全部退还，示例人某某可以作证"


def party(organization: dict[str, Any] | str) -> dict[str, str]:
    key = organization if isinstance(organization, str) else organization["id"]
    return bearer("party-1", Role.ORGANIZATION, organization_id=key)


async def registered(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    body = {
        "kind": "association",
        "name": f"合肥市庐阳区示例第{number}协会",
        "credit_code": make("51", "340103", f"XN{number:06}"),
        "district": "340103",
        "registered_on": "2020-03-02",
        **given,
    }
    answer = await registry.client.post("/v1/organizations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def organization(registry: ServiceUnderTest, organization_id: str) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/organizations/{organization_id}", headers=CLERK)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def an_officer(registry: ServiceUnderTest, subject: str, **given: Any) -> dict[str, Any]:
    body = {
        "subject": subject,
        "district": "340100",
        "certificate_number": f"皖执法-{subject}",
        "certificate_until": "2030-12-31",
        **given,
    }
    answer = await registry.client.post("/v1/officers", json=body, headers=CHIEF)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def two_officers(registry: ServiceUnderTest) -> list[str]:
    """Already known ones, or new."""
    answer = await registry.client.get("/v1/officers", headers=CLERK)
    known = {one["subject"]: one["id"] for one in answer.json()["items"]}
    found: list[str] = []
    for subject in ("inspector-1", "inspector-2"):
        found.append(known.get(subject) or (await an_officer(registry, subject))["id"])
    return found


def proposal(**given: Any) -> dict[str, Any]:
    """A warning and a fine of twice the illegal turnover of 10,000 元."""
    return {
        "violations": ["illegal-fees"],
        "facts": "2025 年向会员单位收取费用，未列入章程规定的会费标准",
        "grounds": "已退还部分费用，按一般情节处理",
        "level": "ordinary",
        "sanctions": ["warning", "fine"],
        "base": "turnover",
        "turnover_fen": 1_000_000,
        "fine_fen": 2_000_000,
        **given,
    }


SUSPENSION = {
    "sanctions": ["suspension"],
    "base": None,
    "turnover_fen": 0,
    "fine_fen": 0,
    "suspension_months": 3,
}
REVOCATION = {
    "sanctions": ["revocation"],
    "level": "heavy",
    "base": None,
    "turnover_fen": 0,
    "fine_fen": 0,
}
WARNING = {"sanctions": ["warning"], "base": None, "turnover_fen": 0, "fine_fen": 0}
EVIDENCE = {"evidence": [{"category": "书证", "title": "收费票据", "obtained_on": "2026-01-05"}]}


def clue(organization_id: str, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "cause": "违反规定收取费用",
        "suspected": ["illegal-fees"],
        "source": "complaint",
        "discovered_on": "2026-01-05",
        **given,
    }


def day(registry: ServiceUnderTest, written: str) -> None:
    """Nine o'clock in China on that day."""
    year, month, date = map(int, written.split("-"))
    registry.clock.set(datetime(year, month, date, 1, tzinfo=UTC))


async def report(
    registry: ServiceUnderTest, body: dict[str, Any], by: dict[str, str] = CLERK
) -> httpx.Response:
    return await registry.client.post("/v1/penalties", json=body, headers=by)


async def step(
    registry: ServiceUnderTest,
    penalty: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/penalties/{penalty['id']}/{action}",
        json=body,
        headers=by | {"If-Match": f'"v{penalty["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    penalty: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    answer = await step(registry, penalty, action, by, body)
    assert answer.status_code == 200, f"{action}: {answer.text}"
    return answer.json()


async def read(
    registry: ServiceUnderTest, penalty: dict[str, Any], by: dict[str, str] = CLERK
) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/penalties/{penalty['id']}", headers=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reported(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    answer = await report(registry, clue(organization_id, **given))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def filed(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    penalty = await reported(registry, organization_id, **given)
    body = {"investigators": await two_officers(registry)}
    return await done(registry, penalty, "file", CHIEF, body)


async def proposed(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    penalty = await filed(registry, organization_id)
    penalty = await done(registry, penalty, "evidence", body=EVIDENCE)
    return await done(registry, penalty, "propose", body=proposal(**given))


def served(on: str, **given: Any) -> dict[str, Any]:
    return {"served_on": on, "method": "direct", "proof": "回证 1 号", **given}


EARLY, LATE = "2026-03-02", "2026-03-10"
"""The notice is served on a Monday; the party may state until the next, and then it is Tuesday."""


async def noticed(
    registry: ServiceUnderTest, organization_id: str, on: str = EARLY, **given: Any
) -> Any:
    day(registry, on)
    penalty = await proposed(registry, organization_id, **given)
    return await done(registry, penalty, "serve-notice", body=served(on))


async def reviewed(
    registry: ServiceUnderTest,
    organization_id: str,
    on: str = EARLY,
    then: str = LATE,
    **given: Any,
) -> Any:
    """Noticed on one day and reviewed on another, when the window has passed."""
    penalty = await noticed(registry, organization_id, on, **given)
    day(registry, then)
    return await done(registry, penalty, "review", REVIEWER, {"opinion": "事实清楚，程序合法"})


def meeting(on: str = LATE) -> dict[str, Any]:
    return {"discussion": {"held_on": on, "outcome": "一致同意处罚建议"}}


async def decided(
    registry: ServiceUnderTest,
    organization_id: str,
    on: str = EARLY,
    then: str = LATE,
    **given: Any,
) -> Any:
    penalty = await reviewed(registry, organization_id, on, then, **given)
    return await done(registry, penalty, "decide", CHIEF, meeting(then))


async def in_force(
    registry: ServiceUnderTest,
    organization_id: str,
    on: str = EARLY,
    then: str = LATE,
    **given: Any,
) -> Any:
    """Decided and served on the later day."""
    penalty = await decided(registry, organization_id, on, then, **given)
    return await done(registry, penalty, "serve", body=served(then))


async def told(registry: ServiceUnderTest, prefix: str = "penalty.") -> list[dict[str, Any]]:
    begins = f"cn.liandong.registry.{prefix}"
    return [one for one in await registry.published() if one["type"].startswith(begins)]


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


def codes(answer: httpx.Response) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]
