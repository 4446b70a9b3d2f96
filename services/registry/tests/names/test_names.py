"""核名 and reservations over HTTP: the desk, its mistakes, two who want one name."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.values.credit_code import make

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
ELSEWHERE = bearer("clerk-9", Role.CLERK, district="340700")


def a_name(**given: Any) -> dict[str, Any]:
    return {
        "kind": "service_institution",
        "district": "340103",
        "division": "合肥市庐阳区",
        "trade_name": "阳光",
        "field": "社会工作服务",
        "form": "中心",
        **given,
    }


async def checked(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    answer = await registry.client.post("/v1/name-checks", json=a_name(**given))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reserve(
    registry: ServiceUnderTest, by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    body = {**a_name(), "applicant": "李四光", **given}
    return await registry.client.post("/v1/name-reservations", json=body, headers=by)


async def reserved(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    answer = await reserve(registry, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(
    registry: ServiceUnderTest,
    reservation: dict[str, Any],
    action: str,
    by: dict[str, str] = CLERK,
    **body: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/name-reservations/{reservation['id']}/{action}",
        json=body or None,
        headers=by | {"If-Match": f'"v{reservation["version"]}"'},
    )


async def register(
    registry: ServiceUnderTest, name: str, number: int = 1, **given: Any
) -> httpx.Response:
    body = {
        "kind": "service_institution",
        "name": name,
        "credit_code": make("52", "340103", f"XN{number:06}"),
        "district": "340103",
        "registered_on": "2026-03-02",
        **given,
    }
    return await registry.client.post("/v1/organizations", json=body, headers=CLERK)


def slug(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix("urn:liandong:problem:")


async def test_a_free_name_is_acceptable_and_anybody_may_ask(registry: ServiceUnderTest) -> None:
    found = await checked(registry)
    assert found == {
        "name": "合肥市庐阳区阳光社会工作服务中心",
        "acceptable": True,
        "findings": [],
        "close": [],
        "rule_set": "registry.names@100000/order-69",
    }


async def test_what_is_wrong_with_a_name_is_told_part_by_part(registry: ServiceUnderTest) -> None:
    found = await checked(registry, trade_name="中华😀", form="公司")
    assert not found["acceptable"]
    assert [(one["pointer"], one["code"]) for one in found["findings"]] == [
        ("/trade_name", "wrong-sign"),
        ("/form", "wrong-form"),
        ("/trade_name", "national-word"),
    ]


async def test_an_empty_name_is_told_and_compared_with_nothing(registry: ServiceUnderTest) -> None:
    found = await checked(registry, division="", trade_name="", field="", form="")
    assert found["name"] == ""
    assert not found["acceptable"]
    assert found["close"] == []


@pytest.mark.parametrize(
    ("existing", "reason", "acceptable"),
    [
        ("合肥市庐阳区阳光社会工作服务中心", "same-name", False),
        ("庐阳区阳光社会工作服务社", "same-core", False),
        ("合肥市庐阳区阳光社工服务中心", "abbreviation", True),
        ("合肥市庐阳区洋光社会工作服务中心", "same-sound", True),
        ("合肥市庐阳区社会工作阳光服务中心", "swapped-parts", True),
        ("合肥市庐阳区新阳光社会工作服务中心", "contained", True),
    ],
)
async def test_a_registered_name_that_is_close_is_found_with_the_reason(
    registry: ServiceUnderTest, existing: str, reason: str, acceptable: bool
) -> None:
    made = await register(registry, existing)
    found = await checked(registry)
    assert found["acceptable"] is acceptable
    [close] = found["close"]
    assert (close["name"], close["reason"], close["held_by"]) == (existing, reason, "registered")
    assert close["organization_id"] == made.json()["id"]


async def test_names_of_other_districts_are_not_compared(registry: ServiceUnderTest) -> None:
    assert (
        await register(registry, "合肥市包河区阳光社会工作服务中心", district="340111")
    ).is_success
    assert (await checked(registry))["close"] == []


async def test_the_name_of_a_cancelled_body_is_kept_for_a_while(registry: ServiceUnderTest) -> None:
    made = (await register(registry, "合肥市庐阳区阳光社会工作服务中心")).json()
    ended = await registry.client.post(
        f"/v1/organizations/{made['id']}/cancel",
        json={"reason": "宗旨完成"},
        headers=APPROVER | {"If-Match": '"v1"'},
    )
    assert ended.status_code == 200
    [close] = (await checked(registry))["close"]
    assert close["held_by"] == "ended"
    registry.clock.set(datetime(2027, 3, 2, 1, tzinfo=UTC))
    assert (await checked(registry))["close"] == []


async def test_a_reserved_name_is_kept_for_its_applicant(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    assert (made["status"], made["held_until"]) == ("held", "2026-08-29")
    assert made["applicant"] == "李四光"
    other = await reserve(registry)
    assert (other.status_code, slug(other)) == (409, "name-too-close")
    without = await register(registry, made["name"])
    assert (without.status_code, slug(without)) == (409, "name-taken")
    registered = await register(registry, made["name"], name_reservation_id=made["id"])
    assert registered.status_code == 201
    read = await registry.client.get(f"/v1/name-reservations/{made['id']}", headers=CLERK)
    assert read.json()["status"] == "used"
    assert [event["type"].removeprefix("cn.liandong.registry.") for event in (
        await registry.published()
    )] == ["name.reserved", "organization.registered", "name.used"]  # fmt: skip


async def test_a_reservation_serves_one_registration_and_no_other_name(
    registry: ServiceUnderTest,
) -> None:
    made = await reserved(registry)
    other = await register(registry, "合肥市庐阳区月亮服务中心", name_reservation_id=made["id"])
    assert (other.status_code, slug(other)) == (409, "not-reserved-so")
    unknown = await register(registry, made["name"], name_reservation_id=str(uuid7()))
    assert unknown.status_code == 404
    assert (await register(registry, made["name"], name_reservation_id=made["id"])).is_success
    again = await register(registry, made["name"], 2, name_reservation_id=made["id"])
    assert (again.status_code, slug(again)) == (409, "illegal-transition")


async def test_of_two_who_want_a_name_at_once_one_gets_it(registry: ServiceUnderTest) -> None:
    answers = await asyncio.gather(*(reserve(registry) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {slug(one) for one in answers if one.status_code == 409} == {"name-too-close"}


async def test_a_close_name_is_reserved_with_the_reason_for_it(registry: ServiceUnderTest) -> None:
    await register(registry, "合肥市庐阳区洋光社会工作服务中心")
    refused = await reserve(registry)
    assert (refused.status_code, slug(refused)) == (409, "explanation-needed")
    assert [one["reason"] for one in refused.json()["close"]] == ["same-sound"]
    made = await reserved(registry, explanation="两家领域不同，字不同，不致混淆")
    assert made["explanation"] == "两家领域不同，字不同，不致混淆"


async def test_a_name_against_the_rules_is_not_reserved(registry: ServiceUnderTest) -> None:
    answer = await reserve(registry, form="公司")
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["errors"]] == ["wrong-form"]
    assert await registry.published() == []


async def test_a_released_name_is_free(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    released = await step(registry, made, "release", reason="申请人改用他名")
    assert released.json()["status"] == "released"
    assert (await reserve(registry)).status_code == 201
    twice = await step(registry, released.json(), "release", reason="再点一次")
    assert slug(twice) == "illegal-transition"


async def test_a_reservation_ends_after_its_last_day(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    registry.clock.set(datetime(2026, 8, 29, 15, 59, tzinfo=UTC))
    await registry.settle()
    assert (await checked(registry))["close"] != []
    registry.clock.advance(timedelta(minutes=1))
    await registry.settle()
    assert (await checked(registry))["close"] == []
    late = await register(registry, made["name"], name_reservation_id=made["id"])
    assert slug(late) == "illegal-transition"
    [_, expired] = await registry.published()
    assert expired["type"] == "cn.liandong.registry.name.expired"


async def test_a_reservation_is_over_after_its_last_day_though_no_worker_has_noted_it(
    registry: ServiceUnderTest,
) -> None:
    made = await reserved(registry)
    registry.clock.set(datetime(2026, 8, 29, 16, tzinfo=UTC))
    assert slug(await step(registry, made, "extend")) == "reservation-over"
    late = await register(registry, made["name"], name_reservation_id=made["id"])
    assert (late.status_code, slug(late)) == (409, "reservation-over")


async def test_of_two_close_names_at_once_the_second_is_compared_with_the_first(
    registry: ServiceUnderTest,
) -> None:
    answers = await asyncio.gather(*(reserve(registry, form=form) for form in ("中心", "社")))
    assert sorted(one.status_code for one in answers) == [201, 409]
    [refused] = [one for one in answers if one.status_code == 409]
    assert [one["reason"] for one in refused.json()["close"]] == ["same-core"]


async def test_a_reservation_is_extended_once(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    longer = await step(registry, made, "extend")
    assert longer.json()["held_until"] == "2026-11-27"
    registry.clock.set(datetime(2026, 9, 1, tzinfo=UTC))
    await registry.settle()
    again = await step(registry, longer.json(), "extend")
    assert (again.status_code, slug(again)) == (409, "no-more-extensions")
    stale = await step(registry, made, "release", reason="版本过旧")
    assert stale.status_code == 412


async def test_the_applicant_is_masked_in_lists_and_reading_one_is_on_record(
    registry: ServiceUnderTest,
) -> None:
    made = await reserved(registry)
    listed = await registry.client.get("/v1/name-reservations", headers=CLERK)
    [shown] = listed.json()["items"]
    assert shown["applicant"] == "李*"
    read = await registry.client.get(f"/v1/name-reservations/{made['id']}", headers=CLERK)
    assert read.json()["applicant"] == "李四光"
    assert "李四光" not in str(await registry.published())


async def test_reservations_stay_in_their_district(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    assert (await reserve(registry, ELSEWHERE)).status_code == 403
    read = await registry.client.get(f"/v1/name-reservations/{made['id']}", headers=ELSEWHERE)
    assert read.status_code == 403
    assert (await step(registry, made, "release", ELSEWHERE, reason="别处")).status_code == 403
    listed = await registry.client.get("/v1/name-reservations", headers=ELSEWHERE)
    assert listed.json()["items"] == []


async def test_reservations_are_found_by_name_and_status(registry: ServiceUnderTest) -> None:
    made = await reserved(registry)
    await reserved(registry, trade_name="晨曦", field="养老")
    for query, found in (
        ({"name": "阳光"}, [made["id"]]),
        ({"name": "%"}, []),
        ({"status": "released"}, []),
        ({"name": "阳光", "status": "held"}, [made["id"]]),
    ):
        answer = await registry.client.get("/v1/name-reservations", params=query, headers=CLERK)
        assert [one["id"] for one in answer.json()["items"]] == found


async def test_a_renamed_or_ended_body_leaves_its_name_to_others(
    registry: ServiceUnderTest,
) -> None:
    made = (await register(registry, "合肥市庐阳区阳光社会工作服务中心")).json()
    same = await register(registry, made["name"], 2)
    assert (same.status_code, slug(same)) == (409, "name-taken")
    renamed = await registry.client.patch(
        f"/v1/organizations/{made['id']}",
        json={"name": "合肥市庐阳区月亮社会工作服务中心"},
        headers=CLERK | {"If-Match": '"v1"'},
    )
    assert renamed.status_code == 200
    second = await register(registry, made["name"], 2)
    assert second.status_code == 201
    back = await registry.client.patch(
        f"/v1/organizations/{made['id']}",
        json={"name": made["name"]},
        headers=CLERK | {"If-Match": '"v2"'},
    )
    assert (back.status_code, slug(back)) == (409, "name-taken")
    assert UUID(second.json()["id"]) != UUID(made["id"])
