"""The share of communities that a hub covers: the figures of Hefei and Tongling, and the slips."""

from datetime import UTC, datetime
from typing import Any

import httpx

from liandong.testing.services import ServiceUnderTest
from services.registry.tests.hubs.desk import (
    CLERK,
    ELSEWHERE,
    PUBLIC,
    a_body,
    a_hub,
    codes,
    post,
    read,
    slug,
    told,
)


async def cover(
    registry: ServiceUnderTest,
    hub: dict[str, Any],
    version: int = 0,
    by: dict[str, str] = CLERK,
    **given: Any,
) -> httpx.Response:
    return await registry.client.post(
        f"/v1/hubs/{hub['id']}/coverage",
        json={"on": "2026-03-02", **given},
        headers=by | {"If-Match": f'"v{version}"'},
    )


async def count(
    registry: ServiceUnderTest, by: dict[str, str] = CLERK, **given: Any
) -> httpx.Response:
    body = {
        "district": "340100",
        "year": 2026,
        "urban": 562,
        "rural": 0,
        "source": "示例统计资料",
        **given,
    }
    return await post(registry, "/v1/community-counts", body, by)


async def share(registry: ServiceUnderTest, **params: Any) -> dict[str, Any]:
    return await read(registry, "/v1/hub-coverage", PUBLIC, **params)


async def hubs_covering(
    registry: ServiceUnderTest, number: int, communities: int, prefix: str, district: str
) -> None:
    """So many hubs of a city, which together cover so many communities; straight into the tables,
    for hundreds of requests would say no more."""
    async with registry.runtime.worker_engine.begin() as connection:
        await connection.exec_driver_sql(
            f"""
            INSERT INTO hub_coverage (id, hub_id, community, is_urban, covered_from)
            SELECT gen_random_uuid(), md5('hub' || n)::uuid,
                   '{prefix}' || lpad((n % {communities} + 1)::text, 3, '0'), true, '2026-01-01'
            FROM generate_series(0, {number} - 1) n
            """
        )


async def test_hefei_562_hubs_cover_every_urban_community(registry: ServiceUnderTest) -> None:
    await hubs_covering(registry, 562, 562, "340103001", "340100")
    assert (await count(registry)).status_code == 201
    found = await share(registry, district="340100")
    assert (found["hubs"], found["covered"], found["total"]) == (562, 562, 562)
    assert (found["percent"], found["is_full"]) == ("100.00", True)


async def test_tongling_296_hubs_cover_83_percent(registry: ServiceUnderTest) -> None:
    await hubs_covering(registry, 296, 83, "340705001", "340700")
    body = {"district": "340700", "urban": 100, "rural": 260}
    assert (await count(registry, ELSEWHERE, **body)).status_code == 201
    found = await share(registry, district="340700")
    assert (found["hubs"], found["covered"], found["total"]) == (296, 83, 100)
    assert (found["percent"], found["is_full"]) == ("83.00", False)
    assert (await share(registry, district="340700", setting="all"))["total"] == 360


async def test_a_share_of_a_past_day_stays_as_it_was(registry: ServiceUnderTest) -> None:
    hub = await a_hub(registry)
    assert (await count(registry, district="340103", urban=4)).status_code == 201
    first = await cover(registry, hub, 0, add_urban=["340103001001", "340103001002"])
    assert first.json()["version"] == 1, first.text
    registry.clock.set(datetime(2026, 6, 1, 1, tzinfo=UTC))
    second = await cover(
        registry, hub, 1, on="2026-06-01", drop=["340103001001"], add_rural=["340103002001"]
    )
    assert second.status_code == 200, second.text
    assert (await share(registry, district="340103"))["percent"] == "25.00"
    assert (await share(registry, district="340103", setting="rural"))["covered"] == 1
    then = await share(registry, district="340103", on="2026-05-31")
    assert (then["percent"], then["covered"]) == ("50.00", 2)
    assert (await share(registry, district="340103", on="2026-03-01"))["covered"] == 0
    one = await read(registry, f"/v1/hubs/{hub['id']}/coverage", PUBLIC, on="2026-06-01")
    assert [row["community"] for row in one["items"]] == ["340103001002", "340103002001"]
    event = (await told(registry, "hub"))[-1]
    assert (event["added"], event["dropped"]) == (["340103002001"], ["340103001001"])


async def test_without_a_number_of_communities_there_is_no_share(
    registry: ServiceUnderTest,
) -> None:
    found = await share(registry, district="340103")
    assert (found["total"], found["percent"], found["count"]) == (None, None, None)
    await count(registry, district="340103", year=2024, urban=5)
    await count(registry, district="340103", year=2024, urban=6, source="更正的统计资料")
    again = await share(registry, district="340103")
    assert (again["total"], again["count"]["year"]) == (6, 2024)
    assert (await share(registry, district="340103", on="2023-12-31"))["total"] is None
    entries = await read(registry, "/v1/community-counts", PUBLIC, district="340100")
    assert [one["urban"] for one in entries["items"]] == [5, 6]
    assert [one["urban"] for one in await told(registry, "community-count")] == [5, 6]


async def test_what_cannot_be_covered_is_refused(registry: ServiceUnderTest) -> None:
    hub, body = await a_hub(registry), await a_body(registry, 1)
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"add_urban": ["340103001"]}, 422, ""),
        ({"add_urban": ["340705001001"]}, 422, "other-city"),
        ({}, 422, "missing"),
        ({"add_urban": ["340103001001", "340103001001"]}, 422, "twice"),
        ({"drop": ["340103001001"]}, 422, "not-covered"),
        ({"add_urban": ["340103001001"], "on": "2026-03-03"}, 422, "out-of-range"),
        ({"add_urban": ["340103001001"], "on": "2019-03-03"}, 422, "out-of-range"),
    ]
    for given, status, code in wrong:
        answer = await cover(registry, hub, 0, **given)
        assert answer.status_code == status
        assert not code or codes(answer) == [code]
    none = await cover(registry, body, 0, add_urban=["340103001001"])
    assert (none.status_code, slug(none)) == (409, "not-a-hub")
    other = await cover(registry, hub, 0, ELSEWHERE, add_urban=["340103001001"])
    assert other.status_code == 403
    assert (await cover(registry, hub, 0, add_urban=["340103001001"])).status_code == 200
    assert (await cover(registry, hub, 0, add_urban=["340103001002"])).status_code == 412
    twice = await cover(registry, hub, 1, add_urban=["340103001001"])
    assert (twice.status_code, slug(twice)) == (409, "covered-already")
    second = await a_hub(registry, 901)
    kind = await cover(registry, second, 0, add_rural=["340103001001"])
    assert (kind.status_code, slug(kind)) == (409, "other-setting")
    future = await count(registry, year=2027)
    assert (future.status_code, codes(future)) == (422, ["in-the-future"])
    assert (await count(registry, ELSEWHERE)).status_code == 403
