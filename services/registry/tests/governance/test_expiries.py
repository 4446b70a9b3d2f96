"""Certificates and terms that run out: what is told, once, and to whom it is not told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.applications import desk
from services.registry.tests.governance.test_terms import elected, posted
from services.registry.tests.standing import revoked

LAST = date(2026, 7, 31)


async def told(registry: ServiceUnderTest) -> list[tuple[str, str, int | None]]:
    prefix = "cn.liandong.registry.organization."
    return [
        (one["type"].removeprefix(prefix), one["data"]["what"], one["data"].get("days_left"))
        for one in await registry.published()
        if one["type"].endswith(("expiring", "expired"))
    ]


async def on(registry: ServiceUnderTest, day: date) -> None:
    """The first hour of the day in China."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    registry.clock.set(at)
    await registry.settle()


async def certified(registry: ServiceUnderTest, **given: Any) -> dict[str, Any]:
    return await desk.registered(
        registry, **{"certificate_from": "2021-08-01", "certificate_until": str(LAST), **given}
    )


async def test_a_certificate_is_reminded_of_at_each_notice_and_once(
    registry: ServiceUnderTest,
) -> None:
    await certified(registry)
    await registry.settle()
    assert await told(registry) == []
    for days in (91, 90, 89, 90, 30, 29, 0, -1, -2):
        await on(registry, LAST - timedelta(days=days))
    assert await told(registry) == [
        ("expiring", "certificate", 90),
        ("expiring", "certificate", 30),
        ("expiring", "certificate", 0),
        ("expired", "certificate", None),
    ]


async def test_what_ran_out_long_ago_is_told_once_when_it_is_entered(
    registry: ServiceUnderTest,
) -> None:
    await certified(registry, certificate_until="2022-01-01")
    for _ in range(3):
        await registry.settle()
    assert await told(registry) == [("expired", "certificate", None)]


async def test_a_term_and_a_certificate_are_told_apart(registry: ServiceUnderTest) -> None:
    await elected(registry, term_until="2026-05-01")
    await registry.settle()
    assert await told(registry) == [("expiring", "term", 60)]


async def test_another_last_day_is_told_of_anew(registry: ServiceUnderTest) -> None:
    body = await certified(registry, certificate_until="2026-03-20")
    await registry.settle()
    corrected = await posted(
        registry, body, "correct", desk.APPROVER,
        certificate_until="2026-03-25", reason="录入有误",
    )  # fmt: skip
    assert corrected.status_code == 200, corrected.text
    await registry.settle()
    assert await told(registry) == [
        ("expiring", "certificate", 18),
        ("expiring", "certificate", 23),
    ]


@pytest.mark.parametrize("action", ["cancel", "revoke"])
async def test_of_an_ended_body_nothing_is_told(registry: ServiceUnderTest, action: str) -> None:
    body = await certified(registry)
    if action == "revoke":
        await revoked(registry, body)
    else:
        ended = await posted(registry, body, action, desk.APPROVER, reason="清算完毕")
        assert ended.status_code == 200
    await on(registry, LAST)
    assert await told(registry) == []


async def test_one_that_cannot_be_looked_at_does_not_stop_the_others(
    registry: ServiceUnderTest,
) -> None:
    for number in (1, 2, 3):
        await certified(registry, number=number, certificate_until="2022-01-01")
    async with registry.runtime.api_engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE organization SET reminded = '[1]'"
                " WHERE id = (SELECT id FROM organization ORDER BY id LIMIT 1)"
            )
        )
    await registry.settle()
    assert await told(registry) == [("expired", "certificate", None)] * 2
    async with registry.runtime.api_engine.begin() as connection:
        await connection.execute(text("UPDATE organization SET reminded = NULL"))
    await on(registry, date(2026, 3, 3))
    assert await told(registry) == [("expired", "certificate", None)] * 3


async def test_a_reminder_does_not_change_the_record_that_a_clerk_has_read(
    registry: ServiceUnderTest,
) -> None:
    body = await certified(registry)
    for days in (90, 30):
        await on(registry, LAST - timedelta(days=days))
    assert len(await told(registry)) == 2
    path = f"/v1/organizations/{body['id']}"
    now = (await registry.client.get(path, headers=desk.CLERK)).json()
    assert (now["version"], now["updated_at"]) == (1, body["updated_at"])
    changed = await registry.client.patch(
        path, json={"address": "庐阳区新路 2 号"}, headers=desk.CLERK | {"If-Match": '"v1"'}
    )
    assert changed.status_code == 200, changed.text


async def test_reminders_have_a_sequence_of_their_own_among_the_events_of_the_body(
    registry: ServiceUnderTest,
) -> None:
    body = await certified(registry)
    await on(registry, LAST - timedelta(days=90))
    path = f"/v1/organizations/{body['id']}"
    for version, days in ((1, 30), (2, 0)):
        changed = await registry.client.patch(
            path,
            json={"address": f"庐阳区新路 {version} 号"},
            headers=desk.CLERK | {"If-Match": f'"v{version}"'},
        )
        assert changed.status_code == 200, changed.text
        await on(registry, LAST - timedelta(days=days))
    events = await registry.published()
    seen = [(one["type"].rpartition(".")[2], int(one["sequence"])) for one in events]
    assert seen == [
        ("registered", 1),
        ("expiring", 1),
        ("changed", 2),
        ("expiring", 2),
        ("changed", 3),
        ("expiring", 3),
    ]
    reminders = {one["subject"] for one in events if one["type"].endswith("expiring")}
    assert len(reminders) == 1
    assert body["id"] not in reminders
    assert {one["partitionkey"] for one in events} == {body["id"]}
