"""年检统计: the golden figure of Hefei, past days, and the rush of the last day."""

import asyncio
from datetime import date
from typing import Any

import asyncpg
from sqlalchemy import text

from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest
from liandong.values.credit_code import make
from services.registry.tests.inspections.desk import (
    at,
    concluded,
    filled,
    night,
    of,
    opened,
    registered,
    statistics,
    step,
    submitted,
)


async def test_hefei_2018_has_368_city_level_bodies_that_are_qualified_or_basically_so(
    registry: ServiceUnderTest,
) -> None:
    """合肥市本级 2018 年度合格、基本合格 368 家, under the rules of that time. How they divide is
    invented; a few go the whole way, the others are entered as concluded."""
    at(registry, date(2019, 1, 14))
    bodies = [
        await registered(registry, number, district="340100", registered_on="2010-05-06")
        for number in range(4)
    ]
    county = await registered(registry, 9, registered_on="2010-05-06")
    season = await opened(registry, year=2018)
    assert season["rule_set"] == "registry.inspections@100000/orders-27-30"
    for body, verdict in zip(
        bodies, ("qualified", "qualified", "basically_qualified", "unqualified"), strict=True
    ):
        await concluded(registry, body, verdict, year=2018)
    await concluded(registry, county, year=2018)
    await _entered(registry, season, "qualified", 340)
    await _entered(registry, season, "basically_qualified", 25)
    await _entered(registry, season, "unqualified", 6)
    await night(registry, date(2019, 6, 5))
    found = await statistics(registry, year=2018)
    [city] = [one for one in found["by_district"] if one["own"]]
    assert city["district"] == "340100"
    assert city["qualified"] + city["basically_qualified"] == 368
    assert (city["due"], city["inspection_rate"]) == (375, 100.0)
    assert (city["qualified_rate"], city["passed_rate"]) == (91.2, 98.13)
    [below] = [one for one in found["by_district"] if not one["own"]]
    assert (below["district"], below["qualified"]) == ("340103", 1)
    assert found["total"]["inspected"] == 376


async def _entered(
    registry: ServiceUnderTest, season: dict[str, Any], verdict: str, many: int
) -> None:
    async with registry.runtime.commands.engine.begin() as connection:
        await connection.execute(
            text("""
                INSERT INTO inspection (id, version, created_at, updated_at, season_id, year,
                    organization_id, organization_name, kind, district, regime, is_direct, status,
                    verdict, concluded_at)
                SELECT gen_random_uuid(), 1, now(), now(), :season, 2018, gen_random_uuid(),
                    '示例组织', 'association', '340100', 'association', false, 'concluded',
                    :verdict, now()
                FROM generate_series(1, :many)
            """),
            {"season": season["id"], "verdict": verdict, "many": many},
        )


async def test_a_past_day_is_counted_as_it_was(registry: ServiceUnderTest) -> None:
    bodies = [await registered(registry, number) for number in range(3)]
    await opened(registry)
    await submitted(registry, bodies[0])
    at(registry, date(2026, 3, 9))
    await concluded(registry, bodies[1])
    await night(registry, date(2026, 6, 2))
    now = (await statistics(registry))["total"]
    assert now["by_status"] == {"submitted_to_registrar": 1, "concluded": 1, "missed": 1}
    assert now["inspection_rate"] == 33.33
    before = {
        date(2026, 3, 1): {},
        date(2026, 3, 2): {"not_started": 2, "submitted_to_registrar": 1},
    }
    for day, expected in before.items():
        assert (await statistics(registry, on=day))["total"]["by_status"] == expected
    middle = (await statistics(registry, on=date(2026, 6, 1)))["total"]
    assert middle["by_status"] == {"not_started": 1, "submitted_to_registrar": 1, "concluded": 1}
    assert (await statistics(registry, on=date(2026, 6, 2)))["total"] == now


async def test_a_submission_waits_for_nothing_that_others_of_the_season_hold(
    registry: ServiceUnderTest,
) -> None:
    """A whole city hands in on the last day: neither the season nor another body's row is waited
    for. Somebody holds both while one hands in."""
    bodies = [await registered(registry, number) for number in range(2)]
    season = await opened(registry)
    mine = await filled(registry, await of(registry, bodies[0]))
    other = await of(registry, bodies[1])
    url = registry.runtime.settings.database_url.replace("postgresql+asyncpg", "postgresql")
    holder = await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute(
                "SELECT 1 FROM inspection_season WHERE id = $1 FOR UPDATE", season["id"]
            )
            await holder.execute("SELECT 1 FROM inspection WHERE id = $1 FOR UPDATE", other["id"])
            answer = await step(registry, mine, "submit")
            assert answer.status_code == 200, answer.text
    finally:
        await holder.close()


async def test_of_two_who_hand_in_the_same_report_at_once_one_does(
    registry: ServiceUnderTest,
) -> None:
    body = await registered(registry)
    await opened(registry)
    draft = await filled(registry, await of(registry, body))
    answers = await asyncio.gather(*(step(registry, draft, "submit") for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 412, 412]


async def test_a_large_register_is_enrolled_and_missed_to_the_last_body(
    registry: ServiceUnderTest,
) -> None:
    many = 1200
    codes = [make("52", "340103", f"XN{number:06}") for number in range(many)]
    async with registry.runtime.commands.engine.begin() as connection:
        await connection.execute(
            text("""
                INSERT INTO organization (id, version, created_at, updated_at, kind, status, name,
                    name_bigrams, credit_code, district, address, service_field, is_community,
                    is_hub, registered_on, legal_representative, phone)
                SELECT id, 1, now(), now(), 'service_institution', 'active', '示例' || code, '{}',
                    code, '340103', '', '', false, false, '2015-01-01', '', ''
                FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS new (id, code)
            """),
            {"ids": [uuid7() for _ in codes], "codes": codes},
        )
    await opened(registry)
    assert (await statistics(registry))["total"]["by_status"] == {"not_started": many}
    await night(registry, date(2026, 6, 2))
    assert (await statistics(registry))["total"]["by_status"] == {"missed": many}
    async with registry.runtime.commands.engine.connect() as connection:
        told = await connection.exec_driver_sql(
            "SELECT count(DISTINCT key) FROM backbone.event_feed"
            " WHERE type = 'cn.liandong.registry.inspection.missed'"
        )
        assert told.scalar() == many
