"""Conditions that few satisfy beside a word that many bear; pages deep in the register; and that
whoever searches keeps nobody from the rest."""

import asyncio
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from liandong.testing.services import ServiceUnderTest
from registry.organizations.domain import Kind, Status
from registry.search.domain import GLANCE, Criteria
from registry.search.repository import Way, statement
from services.registry.tests.organizations.test_organizations import register
from services.registry.tests.search.test_search import (
    counted,
    found,
    register_of_many,  # noqa: F401 - a fixture
)

SELDOM = """
    UPDATE organization SET status = CASE WHEN n % 2 = 0 THEN 'suspended' ELSE status END,
        community_class = CASE WHEN n % 3 = 0 THEN 'mediation' END,
        direct_class = CASE WHEN n % 3 = 1 THEN 'science' END,
        is_hub = n % 5 = 0, registered_on = DATE '2024-02-29'
    FROM (SELECT id, row_number() OVER (ORDER BY right(id::text, 12) DESC) AS n
          FROM organization) AS counted
    WHERE counted.id = organization.id AND n <= 30
"""
"""Thirty that are like no other, where the order of the search comes to them last."""


@pytest_asyncio.fixture
async def with_few(register_of_many: ServiceUnderTest) -> ServiceUnderTest:  # noqa: F811
    async with register_of_many.runtime.api_engine.begin() as connection:
        await connection.execute(text(SELDOM))
        assert int(await connection.scalar(text("SELECT count(*) FROM organization")) or 0) > GLANCE
    return register_of_many


FEW: list[tuple[dict[str, Any], str]] = [
    ({"status": "suspended"}, "status = 'suspended'"),
    ({"status": ["suspended", "revoked"], "name": "协会"}, "status = 'suspended' AND {}"),
    ({"community_class": "mediation", "name": "互助会"}, "community_class = 'mediation' AND {}"),
    ({"direct_class": "science", "district": "340100"}, "direct_class = 'science' AND {}"),
    ({"is_hub": "true", "name": "协会"}, "is_hub AND {}"),
    ({"registered_from": "2024-02-29", "registered_to": "2024-02-29"}, "{}"),
    ({"kind": "foundation", "name": "协会"}, "kind = 'foundation'"),
    ({"service_field": "没有这个领域", "name": "协会"}, "service_field = '没有这个领域'"),
]
_OF: dict[str, str] = {
    "互助会": "name LIKE '%互助会%'",
    "协会": "name LIKE '%协会%'",
}


@pytest.mark.parametrize(("asked", "condition"), FEW)
async def test_few_are_all_found_however_many_bear_the_word(
    with_few: ServiceUnderTest, asked: dict[str, Any], condition: str
) -> None:
    other = _OF.get(asked.get("name", ""), "district LIKE '3401%'")
    if "registered_from" in asked:
        other = "registered_on = DATE '2024-02-29'"
    items = await found(with_few, **asked, limit=7)
    assert len({one["id"] for one in items}) == len(items)
    assert len(items) == await counted(with_few, condition.format(other))


async def test_what_few_are_is_known_by_an_index(with_few: ServiceUnderTest) -> None:
    asked = Criteria(name="协会", kind=Kind.FOUNDATION, statuses=[Status.ACTIVE])
    lookup, values = statement(asked, Way.INDEX, date(2026, 3, 2))
    async with with_few.runtime.read_engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.execute("SET enable_seqscan = off")
        arguments = lookup.arguments(values | {"limit": 51})
        rows = await raw.fetch(f"EXPLAIN {lookup.sql}", *arguments)
    assert any("ix_organization_sort" in row[0] for row in rows)


async def test_whoever_searches_long_keeps_nobody_from_looking_up_one(
    registry: ServiceUnderTest,
) -> None:
    made = (await register(registry)).json()
    lists = registry.runtime.lists
    size = registry.runtime.settings.read_pool_size
    assert (await registry.client.get("/v1/organizations")).status_code == 200
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(lists.connection()) for _ in range(size)))
        answer = await registry.client.get(f"/v1/organizations/{made['id']}")
        assert answer.status_code == 200
        refused = await registry.client.get("/v1/organizations")
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:liandong:problem:unavailable"
    assert refused.headers["Retry-After"]
    assert (await registry.client.get("/v1/organizations")).status_code == 200


async def test_a_list_is_planned_for_what_it_asks_and_ended_in_time(
    registry: ServiceUnderTest,
) -> None:
    lists = registry.runtime.lists
    for name, value in (("plan_cache_mode", "force_custom_plan"), ("statement_timeout", "10s")):
        assert [row[0] for row in await lists.rows(f"SHOW {name}")] == [value]
