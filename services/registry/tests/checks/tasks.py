"""Checks in tests: forms, and the steps over HTTP."""

from typing import Any

import httpx

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.penalties.casebook import CHIEF, CLERK, two_officers

PATH = "/v1/checks"
FEES = {"code": "fees", "facts": "向会员单位违规收取费用", "severity": "serious"}
BOOKS = {"code": "books", "facts": "会费收支没有单独核算", "severity": "ordinary"}


async def planned(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    answer = await plan(registry, organization_id, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def plan(
    registry: ServiceUnderTest, organization_id: str, by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    body = {
        "organization_id": organization_id,
        "form": "special",
        "topic": "finance",
        "planned_on": "2026-03-05",
        **given,
    }
    if "inspectors" not in body and body["form"] == "special":
        body["inspectors"] = await two_officers(registry)
    return await registry.client.post(PATH, json=body, headers=by)


AUDIT = {"form": "audit", "auditor": "示例会计师事务所", "engagement": "委托 2026-1"}


CASE = {"cause": "违反规定收取费用", "suspected": ["illegal-fees"]}


def found(*findings: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {
        "checked_on": "2026-03-02",
        "record": "现场检查账簿与凭证",
        "findings": list(findings),
        **given,
    }


async def step(
    registry: ServiceUnderTest,
    made: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
    path: str = PATH,
) -> httpx.Response:
    return await registry.client.post(
        f"{path}/{made['id']}/{action}",
        json=body,
        headers=by | {"If-Match": f'"v{made["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    made: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
    path: str = PATH,
) -> dict[str, Any]:
    answer = await step(registry, made, action, by, body, path)
    assert answer.status_code == 200, f"{action}: {answer.text}"
    return answer.json()


async def concluded(
    registry: ServiceUnderTest, organization_id: str, result: str, *findings: dict[str, Any]
) -> dict[str, Any]:
    made = await planned(registry, organization_id)
    made = await done(registry, made, "record", CLERK, found(*findings))
    return await done(registry, made, "conclude", CHIEF, {"result": result})
