"""The hands of the filing tests: the residents' form and its steps over HTTP."""

from typing import Any

import httpx

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer

COMMITTEE = bearer("committee-1", Role.COMMUNITY, district="340103001001")
CLERK = bearer("clerk-1", Role.CLERK, district="340103001")
COUNTY = bearer("clerk-2", Role.CLERK, district="340103")
APPROVER = bearer("approver-1", Role.APPROVER, district="340103")
ELSEWHERE = bearer("clerk-9", Role.CLERK, Role.APPROVER, district="340104")
AUDITOR = bearer("auditor-1", Role.AUDITOR, district="340103")
PERSON = "示例张三丰"
PHONE = "13800009001"
PAPERS = ["application", "member-list", "premises"]


def a_form(trade_name: str = "晨光", **given: Any) -> dict[str, Any]:
    return {
        "name": {
            "division": "合肥市庐阳区",
            "place": "示例社区",
            "trade_name": trade_name,
            "field": "邻里互助",
            "form": "互助会",
            "explanation": "不致混淆",
        },
        "district": "340103001001",
        "contact_name": PERSON,
        "contact_phone": PHONE,
        "individual_members": 12,
        "address": "示例社区活动室",
        "purpose": "邻里互助",
        "articles_template": "short-articles",
        "nature": "mutual_aid",
        "community_class": "life_service",
        "management": "street",
        "is_internal_group": False,
        "documents": PAPERS,
        **given,
    }


async def post(
    registry: ServiceUnderTest, path: str, body: Any, by: dict[str, str] = CLERK
) -> httpx.Response:
    return await registry.client.post(path, json=body, headers=by)


async def submitted(
    registry: ServiceUnderTest, by: dict[str, str] = CLERK, **given: Any
) -> dict[str, Any]:
    answer = await post(registry, "/v1/filings", a_form(**given), by)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(
    registry: ServiceUnderTest,
    filing: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/filings/{filing['id']}/{action}",
        json=body or None,
        headers=by | {"If-Match": f'"v{filing["version"]}"'},
    )


async def done(
    registry: ServiceUnderTest,
    filing: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> dict[str, Any]:
    answer = await step(registry, filing, action, by, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def opined(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    filing = await submitted(registry, **given)
    return await done(
        registry, filing, "opine", COMMITTEE, recommended=True, opinion="居民拥护，建议备案"
    )


async def reviewed(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    filing = await opined(registry, **given)
    return await done(registry, filing, "review", CLERK, agreed=True, review="同意备案")


async def filed(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    return await done(registry, await reviewed(registry, **given), "file", APPROVER)


async def read(
    registry: ServiceUnderTest, path: str, by: dict[str, str] = COUNTY, **params: Any
) -> Any:
    answer = await registry.client.get(path, headers=by, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(registry: ServiceUnderTest, about: str) -> list[dict[str, Any]]:
    """Events about a subject, in order: type after the subject, and payload."""
    prefix = f"cn.liandong.registry.{about}."
    events = [one for one in await registry.published() if one["type"].startswith(prefix)]
    return [{"fact": one["type"].removeprefix(prefix), **one["data"]} for one in events]


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


def codes(answer: httpx.Response) -> list[str]:
    return [one["code"] for one in answer.json()["errors"]]
