"""Revocations in tests: the forms, and the steps over HTTP."""

from typing import Any

import httpx

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.checks.tasks import done
from services.registry.tests.penalties.casebook import CLERK, day, served

PATH = "/v1/revocations"
SAID = "成立时提交的验资报告真实，示例人某某可以作证"
EARLY, LAST, LATE = "2026-03-02", "2026-03-09", "2026-03-10"
"""The notice is served on a Monday; the body may state until the next, and then it is Tuesday."""


def proposal(organization_id: str, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "cause": "obtained-by-deceit",
        "facts": "成立时提交的验资报告系伪造，有会计师事务所的复函证明",
        **given,
    }


async def propose(
    registry: ServiceUnderTest, organization_id: str, by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    body = proposal(organization_id, **given)
    return await registry.client.post(PATH, json=body, headers=by)


async def proposed(
    registry: ServiceUnderTest, organization_id: str, by: dict[str, str] = CLERK, **given: Any
) -> dict[str, Any]:
    answer = await propose(registry, organization_id, by, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def noticed(
    registry: ServiceUnderTest, organization_id: str, on: str = EARLY, **given: Any
) -> dict[str, Any]:
    day(registry, on)
    made = await proposed(registry, organization_id, **given)
    return await done(registry, made, "serve-notice", CLERK, served(on), path=PATH)


async def heard(
    registry: ServiceUnderTest, organization_id: str, on: str = EARLY, then: str = LATE
) -> dict[str, Any]:
    """The window has passed, and nothing was said."""
    made = await noticed(registry, organization_id, on)
    day(registry, then)
    return made
