"""Organisations over HTTP: the desk, its mistakes and what it publishes."""

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from liandong.identity.actors import Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make
from services.registry.tests.standing import suspended

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)


def a_registration(number: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "kind": "service_institution",
        "name": f"合肥市庐阳区阳光社会工作服务中心{number}",
        "credit_code": make("52", "340103", f"XN{number:06}"),
        "district": "340103",
        "address": "庐阳区某路 1 号",
        "registered_on": "2019-05-06",
        "legal_representative": "张三丰",
        "phone": "13800001234",
        **given,
    }


async def register(registry: ServiceUnderTest, number: int = 1, **given: Any) -> httpx.Response:
    return await registry.client.post(
        "/v1/organizations", json=a_registration(number, **given), headers=CLERK
    )


async def test_a_registered_organisation_can_be_read_by_its_credit_code(
    registry: ServiceUnderTest,
) -> None:
    made = await register(registry)
    assert made.status_code == 201
    assert made.headers["ETag"] == '"v1"'
    code = made.json()["credit_code"]
    read = await registry.client.get(f"/v1/organizations/by-credit-code/{code}", headers=CLERK)
    assert read.json() == made.json()


async def test_the_public_sees_no_personal_data(registry: ServiceUnderTest) -> None:
    made = await register(registry)
    read = await registry.client.get(f"/v1/organizations/{made.json()['id']}")
    assert read.status_code == 200
    assert "张三丰" not in read.text
    assert "13800001234" not in read.text


async def test_an_official_who_sees_a_person_is_on_record_and_a_list_shows_none(
    registry: ServiceUnderTest,
) -> None:
    made = (await register(registry)).json()
    listed = await registry.client.get("/v1/organizations", headers=CLERK)
    assert "张三丰" not in listed.text
    read = await registry.client.get(f"/v1/organizations/{made['id']}", headers=CLERK)
    assert read.json()["legal_representative"] == "张三丰"
    await registry.client.get(f"/v1/organizations/{made['id']}")
    async with registry.runtime.api_engine.connect() as connection:
        actors = await connection.scalars(
            text("SELECT actor FROM backbone.audit_entry WHERE action = 'personal-data.read'")
        )
        assert list(actors) == ["clerk-1"]


async def test_no_event_carries_personal_data(registry: ServiceUnderTest) -> None:
    await register(registry)
    events = await registry.published()
    assert [event["type"] for event in events] == ["cn.liandong.registry.organization.registered"]
    assert "张三丰" not in str(events)
    assert "13800001234" not in str(events)


async def test_the_same_credit_code_is_registered_once(registry: ServiceUnderTest) -> None:
    await register(registry)
    again = await register(registry)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:liandong:problem:number-taken"
    assert len(await registry.published()) == 1


async def test_a_wrong_credit_code_is_explained(registry: ServiceUnderTest) -> None:
    answer = await register(registry, credit_code="52340103XN00000199")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/credit_code"


async def test_a_repeated_command_is_answered_and_not_carried_out_again(
    registry: ServiceUnderTest,
) -> None:
    headers = CLERK | {"Idempotency-Key": "desk-7"}
    body = a_registration()
    first = await registry.client.post("/v1/organizations", json=body, headers=headers)
    second = await registry.client.post("/v1/organizations", json=body, headers=headers)
    assert second.status_code == 201
    assert second.json() == first.json()
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len(await registry.published()) == 1


async def test_one_key_is_not_for_two_commands(registry: ServiceUnderTest) -> None:
    headers = CLERK | {"Idempotency-Key": "desk-7"}
    await registry.client.post("/v1/organizations", json=a_registration(1), headers=headers)
    other = await registry.client.post("/v1/organizations", json=a_registration(2), headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:liandong:problem:idempotency-key-reused"


async def test_a_change_needs_the_version_it_was_decided_on(registry: ServiceUnderTest) -> None:
    made = (await register(registry)).json()
    address = f"/v1/organizations/{made['id']}"
    body = {"address": "庐阳区新路 2 号"}
    assert (await registry.client.patch(address, json=body, headers=CLERK)).status_code == 428
    good = await registry.client.patch(address, json=body, headers=CLERK | {"If-Match": '"v1"'})
    assert good.status_code == 200
    assert good.headers["ETag"] == '"v2"'
    stale = await registry.client.patch(address, json=body, headers=CLERK | {"If-Match": '"v1"'})
    assert stale.status_code == 412
    assert stale.json()["current_version"] == 2


async def test_an_official_acts_in_the_own_district_only(registry: ServiceUnderTest) -> None:
    elsewhere = bearer("clerk-9", Role.CLERK, district="340700")
    answer = await registry.client.post(
        "/v1/organizations", json=a_registration(), headers=elsewhere
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:liandong:problem:other-district"


async def test_a_suspension_ends_by_itself_after_its_last_day(registry: ServiceUnderTest) -> None:
    made = (await register(registry)).json()
    address = f"/v1/organizations/{made['id']}"
    await suspended(registry, made, "2026-03-04")
    assert (await registry.client.get(address)).json()["status"] == "suspended"
    registry.clock.advance(timedelta(days=2))
    await registry.settle()
    assert (await registry.client.get(address)).json()["status"] == "suspended"
    registry.clock.advance(timedelta(days=1))
    await registry.settle()
    assert (await registry.client.get(address)).json()["status"] == "active"
    assert [event["type"].rsplit(".", 1)[1] for event in await registry.published()] == [
        "registered",
        "suspended",
        "resumed",
    ]


async def test_a_cancelled_organisation_cannot_be_changed(registry: ServiceUnderTest) -> None:
    made = (await register(registry)).json()
    address = f"/v1/organizations/{made['id']}"
    await registry.client.post(
        f"{address}/cancel",
        json={"reason": "完成宗旨"},
        headers=APPROVER | {"If-Match": '"v1"'},
    )
    answer = await registry.client.patch(
        address, json={"address": "新址"}, headers=CLERK | {"If-Match": '"v2"'}
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:liandong:problem:illegal-transition"


async def test_search_finds_part_of_a_name_page_by_page(registry: ServiceUnderTest) -> None:
    for number in range(1, 6):
        await register(registry, number)
    await register(
        registry,
        6,
        name="合肥市太极拳协会",
        kind="association",
        credit_code=make("51", "340100", "XN000006"),
    )
    first = await registry.client.get("/v1/organizations", params={"name": "社会工作", "limit": 3})
    assert len(first.json()["items"]) == 3
    assert 'rel="next"' in first.headers["Link"]
    second = await registry.client.get(
        "/v1/organizations",
        params={"name": "社会工作", "limit": 3, "cursor": first.json()["next_cursor"]},
    )
    assert len(second.json()["items"]) == 2
    assert second.json()["next_cursor"] is None
    nothing = await registry.client.get("/v1/organizations", params={"name": "没有此名"})
    assert nothing.json() == {"items": [], "next_cursor": None}


async def test_a_cursor_of_another_query_is_refused(registry: ServiceUnderTest) -> None:
    for number in range(1, 4):
        await register(registry, number)
    page = await registry.client.get("/v1/organizations", params={"limit": 1})
    other = await registry.client.get(
        "/v1/organizations",
        params={"limit": 1, "name": "合肥", "cursor": page.json()["next_cursor"]},
    )
    assert other.status_code == 422


async def test_nobody_suspends_or_revokes_without_the_procedure(
    registry: ServiceUnderTest,
) -> None:
    made = (await register(registry)).json()
    body = {"reason": "违反章程", "until": "2026-03-31"}
    for action in ("suspend", "revoke"):
        answer = await registry.client.post(
            f"/v1/organizations/{made['id']}/{action}",
            json=body,
            headers=APPROVER | {"If-Match": '"v1"'},
        )
        assert answer.status_code == 404
    assert (await registry.client.get(f"/v1/organizations/{made['id']}")).json()["version"] == 1
