"""The registration desk in tests: forms, and the steps of an application over HTTP."""

from typing import Any
from uuid import UUID

import httpx

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make
from liandong.values.id_number import check_character

CLERK = bearer("clerk-1", Role.CLERK)
REVIEWER = bearer("clerk-2", Role.CLERK, Role.APPROVER)
APPROVER = bearer("approver-1", Role.APPROVER)
ELSEWHERE = bearer("clerk-9", Role.CLERK, district="340700")
AUDITOR = bearer("auditor-1", Role.AUDITOR)
DOCUMENTS = ["application", "consent", "premises", "capital", "officers", "articles"]
PERSON = "示例张三丰"


def id_number(serial: int) -> str:
    digits = f"34010319700101{serial:03}"
    return digits + check_character(digits)


def an_officer(serial: int, post: str = "councillor", **given: Any) -> dict[str, Any]:
    return {"name": f"{PERSON}{serial}", "id_number": id_number(serial), "post": post, **given}


def establishment(reservation_id: str | None, **given: Any) -> dict[str, Any]:
    return {
        "matter": "establishment",
        "kind": "service_institution",
        "district": "340103",
        "name_reservation_id": reservation_id,
        "supervisor": "庐阳区教育局",
        "address": "庐阳区示例路 1 号",
        "purpose": "服务社区居民",
        "business_scope": "社会工作服务",
        "activity_area": "合肥市庐阳区",
        "funds_fen": 5_000_000,
        "full_time_staff": 3,
        "officers": [an_officer(1, "chair"), an_officer(2), an_officer(3, "supervisor")],
        "legal_representative": 1,
        "phone": "13800009001",
        **given,
    }


async def reserved(registry: ServiceUnderTest, trade_name: str = "阳光") -> dict[str, Any]:
    body = {
        "kind": "service_institution",
        "district": "340103",
        "division": "合肥市庐阳区",
        "trade_name": trade_name,
        "field": "社会工作服务",
        "form": "中心",
        "applicant": PERSON,
        "explanation": "不致混淆",
    }
    answer = await registry.client.post("/v1/name-reservations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def registered(registry: ServiceUnderTest, number: int = 1, **given: Any) -> dict[str, Any]:
    body = {
        "kind": "service_institution",
        "name": f"合肥市庐阳区示例第{number}社会工作服务中心",
        "credit_code": make("52", "340103", f"XN{number:06}"),
        "district": "340103",
        "registered_on": "2020-03-02",
        **given,
    }
    answer = await registry.client.post("/v1/organizations", json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def start(
    registry: ServiceUnderTest, content: dict[str, Any], by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    body = {"content": content, "applicant": PERSON, "documents": [], **given}
    return await registry.client.post("/v1/applications", json=body, headers=by)


async def drafted(
    registry: ServiceUnderTest, content: dict[str, Any], by: dict[str, str] = CLERK, **given: Any
) -> dict[str, Any]:
    answer = await start(registry, content, by, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(
    registry: ServiceUnderTest,
    application: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/applications/{application['id']}/{action}",
        json=body or ({} if action == "certify" else None),
        headers=by | {"If-Match": f'"v{application["version"]}"'},
    )


async def edit(
    registry: ServiceUnderTest,
    application: dict[str, Any],
    content: dict[str, Any],
    documents: list[str],
) -> httpx.Response:
    return await registry.client.put(
        f"/v1/applications/{application['id']}",
        json={"content": content, "applicant": PERSON, "documents": documents},
        headers=CLERK | {"If-Match": f'"v{application["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    application: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> dict[str, Any]:
    answer = await step(registry, application, action, by, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def approved(registry: ServiceUnderTest, application: dict[str, Any]) -> dict[str, Any]:
    """From the draft to the decision, by four eyes."""
    application = await done(registry, application, "submit")
    application = await done(registry, application, "accept")
    application = await done(registry, application, "review", REVIEWER, opinion="建议准予")
    return await done(registry, application, "approve", APPROVER)


async def read(
    registry: ServiceUnderTest, application: dict[str, Any], by: dict[str, str] = CLERK
) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/applications/{application['id']}", headers=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def organization(registry: ServiceUnderTest, organization_id: str | UUID) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/organizations/{organization_id}", headers=CLERK)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(registry: ServiceUnderTest) -> list[str]:
    """Types of the events about applications, in order."""
    prefix = "cn.liandong.registry.application."
    events = [one["type"] for one in await registry.published()]
    return [one.removeprefix(prefix) for one in events if one.startswith(prefix)]


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


def codes(answer: httpx.Response) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]
