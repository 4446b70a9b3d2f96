"""The hands of the hub tests."""

from typing import Any

import httpx

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from services.registry.tests.filings.desk import codes, post, read, slug, told
from services.registry.tests.standing import revoked

__all__ = ["codes", "post", "read", "slug", "told"]

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
ELSEWHERE = bearer("clerk-9", Role.CLERK, district="340700")
PUBLIC: dict[str, str] = {}


def of(organization: dict[str, Any]) -> dict[str, str]:
    """The body itself."""
    return bearer("member-1", Role.ORGANIZATION, district=None, organization_id=organization["id"])


async def a_body(registry: ServiceUnderTest, number: int, **given: Any) -> dict[str, Any]:
    body = {
        "kind": "community_group",
        "name": f"合肥市庐阳区示例社区第{number}互助会",
        "filing_number": f"BA-340103001001-2020-{number:04}",
        "district": "340103001001",
        "is_community": True,
        "registered_on": "2020-03-02",
        **given,
    }
    answer = await post(registry, "/v1/organizations", body, CLERK)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def a_hub(registry: ServiceUnderTest, number: int = 900, **given: Any) -> dict[str, Any]:
    return await a_body(
        registry, number, name=f"合肥市庐阳区示例街道社区社会组织第{number}联合会", is_hub=True,
        **given,
    )  # fmt: skip


async def join(
    registry: ServiceUnderTest,
    hub: dict[str, Any],
    member: dict[str, Any],
    by: dict[str, str] = CLERK,
    **given: Any,
) -> httpx.Response:
    body = {
        "member_id": member["id"],
        "joined_on": "2026-03-02",
        "is_public_benefit": True,
        **given,
    }
    return await post(registry, f"/v1/hubs/{hub['id']}/memberships", body, by)


async def joined(
    registry: ServiceUnderTest, hub: dict[str, Any], member: dict[str, Any], **given: Any
) -> dict[str, Any]:
    answer = await join(registry, hub, member, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(
    registry: ServiceUnderTest,
    membership: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    version: int | None = None,
    **body: Any,
) -> httpx.Response:
    if version is None:
        version = (await counts(registry, membership["hub_id"]))["version"]
    return await registry.client.post(
        f"/v1/hub-memberships/{membership['id']}/{action}",
        json=body,
        headers=by | {"If-Match": f'"v{version}"'},
    )


async def counts(registry: ServiceUnderTest, hub_id: str, **params: Any) -> dict[str, Any]:
    return await read(registry, f"/v1/hubs/{hub_id}/counts", PUBLIC, **params)


async def end(
    registry: ServiceUnderTest, organization: dict[str, Any], action: str = "cancel"
) -> None:
    now = await read(registry, f"/v1/organizations/{organization['id']}")
    if action == "revoke":
        await revoked(registry, now)
        return
    answer = await registry.client.post(
        f"/v1/organizations/{organization['id']}/cancel",
        json={"reason": "自行解散"},
        headers=APPROVER | {"If-Match": f'"v{now["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
