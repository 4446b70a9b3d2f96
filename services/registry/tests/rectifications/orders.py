"""Orders to rectify in tests: forms, and the steps over HTTP."""

from typing import Any

import httpx

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.penalties.casebook import CHIEF, CLERK, served, told

PATH = "/v1/rectifications"
REPORT = {"report": "已经退还全部费用，并修订了财务制度", "proofs": [{"title": "退款凭证"}]}
FOUND = {"found": "现场复查，问题已经改正"}


def order(organization_id: str, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "source": "check",
        "facts": "专项检查发现会费收支没有单独核算",
        "items": [
            {
                "code": "books",
                "demand": "单独核算会费收支",
                "basis": "《社会团体登记管理条例》第二十六条",
            }
        ],
        "evidence": [{"title": "检查记录"}],
        "days": 30,
        **given,
    }


async def step(
    registry: ServiceUnderTest,
    made: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
) -> httpx.Response:
    return await registry.client.post(
        f"{PATH}/{made['id']}/{action}",
        json=body,
        headers=by | {"If-Match": f'"v{made["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    made: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    answer = await step(registry, made, action, by, body)
    assert answer.status_code == 200, f"{action}: {answer.text}"
    return answer.json()


async def drafted(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    body = order(organization_id, **given)
    answer = await registry.client.post(PATH, json=body, headers=CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ordered(registry: ServiceUnderTest, organization_id: str, **given: Any) -> Any:
    """Served on 2 March 2026; due on 1 April."""
    made = await drafted(registry, organization_id, **given)
    made = await done(registry, made, "issue", CHIEF)
    return await done(registry, made, "serve", body=served("2026-03-02"))


async def kinds(registry: ServiceUnderTest) -> list[str]:
    return [one["type"].rpartition(".")[2] for one in await told(registry, "rectification.")]
