"""Figures of any day: those that reports tell, and those of the desk."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from benchmarks.masses import Sort, fill
from liandong.db.engine import asyncpg_arguments
from liandong.identity.actors import SYSTEM, Role
from liandong.testing.services import ServiceUnderTest, bearer
from liandong.timers.rounds import run_round
from registry.figures import folding
from registry.figures.domain import ONE_OF
from registry.figures.rounds import CHECK, FOLD
from services.registry.tests.organizations.test_organizations import APPROVER, CLERK, register
from services.registry.tests.search.test_search import a_person
from services.registry.tests.standing import suspended

ADMIN = bearer("admin-1", Role.SYSTEM_ADMIN)


async def turn(registry: ServiceUnderTest) -> None:
    """What the worker does, once through the register, until nothing is left."""
    at_the_beginning = False
    while not at_the_beginning:
        found = await run_round(registry.runtime.work, CHECK)
        async with registry.runtime.read_engine.connect() as connection:
            place = await connection.scalar(text("SELECT place FROM figure_check"))
        at_the_beginning = found == 0 and place.int == 0
    while await run_round(registry.runtime.work, FOLD):
        pass


async def figures(registry: ServiceUnderTest, path: str = "", **asked: Any) -> dict[str, Any]:
    answer = await registry.client.get(f"/v1/figures{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def numbers(registry: ServiceUnderTest, **asked: Any) -> dict[str, int]:
    found = await figures(registry, **asked)
    return {"/".join(map(str, one["of"].values())): one["number"] for one in found["items"]}


async def share(registry: ServiceUnderTest, name: str, **asked: Any) -> tuple[int, int, str]:
    found = await figures(registry, "/shares", **asked)
    [one] = [one for one in found["items"] if one["name"] == name]
    return one["part"], one["whole"], one["percent"]


async def populate(
    registry: ServiceUnderTest, sorts: list[Sort], district: str, first: int = 1
) -> None:
    url = registry.runtime.settings.database_url
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        places = [(district, "示例")]
        await fill(connection, sorts, person=a_person(), places=places, first=first)
    finally:
        await connection.close()
    await turn(registry)


async def test_tongling_has_1716_organisations_of_which_939_are_of_communities(
    registry: ServiceUnderTest,
) -> None:
    sorts = [Sort(777, "association"), Sort(643, "community_group", True, "mutual_aid")]
    sorts.append(Sort(296, "association", True, is_hub=True))
    await populate(registry, sorts, "340705")
    assert (await figures(registry, district="340700"))["total"] == 1716
    assert await share(registry, "community", district="340700") == (939, 1716, "54.7")
    assert await numbers(registry, district="340700", by="is_hub") == {"False": 1420, "True": 296}
    assert (await figures(registry, district="340100"))["total"] == 0


async def test_hefei_has_1270_community_organisations_and_562_hubs(
    registry: ServiceUnderTest,
) -> None:
    sorts = [
        Sort(562, "community_group", True, "service", is_hub=True),
        Sort(300, "community_group", True, "charity"),
        Sort(408, "community_group", True),
        Sort(500, "foundation", charity_status="registered"),
    ]
    await populate(registry, sorts, "340103")
    of_communities = {"district": "340100", "is_community": "true"}
    assert (await figures(registry, **of_communities))["total"] == 1270
    assert await numbers(registry, **of_communities, by="is_hub") == {"False": 708, "True": 562}
    wanted = {"": 408, "charity": 300, "service": 562}
    assert await numbers(registry, **of_communities, by="nature") == wanted
    found = await share(registry, "service_charity_mutual_aid", district="340100")
    assert found == (862, 1270, "67.9")
    assert (await share(registry, "charity_status", district="340100"))[:2] == (500, 1770)


@pytest.mark.timeout(300)
async def test_hunan_and_chengdu_are_counted_by_kind_and_by_way_of_entry(
    registry: ServiceUnderTest,
) -> None:
    hunan = [
        Sort(16249 - 1000, "association"),
        Sort(1000, "association", True),
        Sort(20676 - 968, "service_institution"),
        Sort(968, "service_institution", True),
        Sort(382, "foundation"),
        Sort(59262, "community_group", True),
    ]
    await populate(registry, hunan, "430102")
    await populate(registry, [Sort(10921, "association")], "510104", first=1_000_000)
    by_kind = await numbers(registry, district="430000", by="kind")
    filed = by_kind.pop("community_group")
    assert by_kind == {"association": 16249, "foundation": 382, "service_institution": 20676}
    assert (sum(by_kind.values()), filed) == (37307, 59262)
    community = await share(registry, "community_registered", district="430000")
    assert community == (1968, 61230, "3.2")
    assert (await share(registry, "association", district="430000"))[:2] == (16249, 37307)
    assert (await figures(registry, district="510100"))["total"] == 10921
    assert await numbers(registry, by="district") == {"430000": 96569, "510000": 10921}
    checked = (await registry.client.get("/v1/figures/check", headers=ADMIN)).json()
    assert (checked["last_compared"], checked["corrected"]) == (96569 + 10921, 0)


async def change(
    registry: ServiceUnderTest, made: dict[str, Any], version: int, body: Any, step: str = ""
) -> None:
    method = "POST" if step else "PATCH"
    answer = await registry.client.request(
        method,
        f"/v1/organizations/{made['id']}{step}",
        json=body,
        headers=(APPROVER if step else CLERK) | {"If-Match": f'"v{version}"'},
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("folded", [False, True], ids=["pending", "folded"])
async def test_every_day_of_a_life_is_counted_as_it_was(
    registry: ServiceUnderTest, folded: bool
) -> None:
    made = (await register(registry, nature="service")).json()
    registry.clock.advance(timedelta(days=10))
    await change(registry, made, 1, {"nature": "charity", "district": "340104"})
    registry.clock.advance(timedelta(days=10))
    await suspended(registry, {**made, "version": 2}, "2026-05-01")
    registry.clock.advance(timedelta(days=10))
    await change(registry, made, 3, {"reason": "示例事由"}, "/cancel")
    if folded:
        await turn(registry)
    days = {
        "2019-05-05": {},
        "2019-05-06": {"service/active": 1},
        "2026-03-11": {"service/active": 1},
        "2026-03-12": {"charity/active": 1},
        "2026-03-22": {"charity/suspended": 1},
        "2026-03-31": {"charity/suspended": 1},
        "2026-04-01": {"charity/cancelled": 1},
    }
    status = ["active", "suspended", "cancelled", "revoked"]
    for district in ("", "340000", "340100"):
        for day, wanted in days.items():
            asked = {"district": district, "as_of": day, "by": "nature,status", "status": status}
            assert await numbers(registry, **asked) == wanted, (district, day)
    assert (await figures(registry))["total"] == 0
    for day, county in (("2026-03-11", "340103"), ("2026-03-12", "340104")):
        asked = {"district": "340100", "by": "district", "as_of": day}
        assert await numbers(registry, **asked) == {county: 1}


async def test_half_of_it_in_the_sums_and_half_not_is_all_of_it(
    registry: ServiceUnderTest,
) -> None:
    await register(registry, 1)
    await turn(registry)
    await register(registry, 2)
    for district in ("", "340000", "340100", "340103"):
        assert (await figures(registry, district=district))["total"] == 2
    assert (await figures(registry, district="340103001"))["total"] == 0


async def test_an_organisation_entered_late_counts_from_its_registration_on(
    registry: ServiceUnderTest,
) -> None:
    await register(registry, 1, registered_on="2010-01-01")
    await register(registry, 2, registered_on="2025-06-30")
    await turn(registry)
    found = await figures(registry, "/years", from_year=2009)
    by_year = {one["year"]: (one["total"], one["growth"]) for one in found["items"]}
    assert by_year[2009] == (0, 0)
    assert by_year[2010] == (1, 1)
    assert by_year[2024] == (1, 0)
    assert by_year[2025] == (2, 1)
    assert max(by_year) == 2026
    [year] = [one for one in found["items"] if one["year"] == 2025]
    assert year["growth_percent"] == "100.0"


async def test_years_of_a_county_are_those_of_its_city(registry: ServiceUnderTest) -> None:
    for number, day in enumerate(("2001-01-01", "2001-12-31", "2026-03-02")):
        await register(registry, number, registered_on=day)
    await turn(registry)
    city = await figures(registry, "/years", district="340100", by="kind")
    county = await figures(registry, "/years", district="340103", by="kind")
    assert city["items"] == county["items"]
    assert [one["total"] for one in city["items"]][:2] == [0, 2]
    assert city["items"][-1]["total"] == 3


@pytest.mark.parametrize("folded", [False, True], ids=["pending", "folded"])
@pytest.mark.parametrize("right", ["2018-01-01", "2021-01-01"])
async def test_a_corrected_day_of_registration_counts_from_the_right_day_on(
    registry: ServiceUnderTest, right: str, folded: bool
) -> None:
    made = (await register(registry, nature="service")).json()
    await change(registry, made, 1, {"nature": "charity"})
    if folded:
        await turn(registry)
    body = {"registered_on": right, "reason": "登记日期填写有误"}
    await change(registry, made, 2, body, "/correct")
    if folded:
        await turn(registry)
    for day, total in (("2017-12-31", 0), ("2019-01-01", int(right < "2019")), ("2021-01-01", 1)):
        assert (await figures(registry, as_of=day))["total"] == total
    assert await numbers(registry, by="nature", as_of="2025-01-01") == {"service": 1}
    assert await numbers(registry, by="nature") == {"charity": 1}


async def test_figures_that_differ_from_the_record_are_found_and_corrected(
    registry: ServiceUnderTest,
) -> None:
    for number in range(1, 4):
        await register(registry, number)
    await turn(registry)
    async with registry.runtime.api_engine.begin() as connection:
        await connection.execute(text("UPDATE organization SET nature = 'service'"))
        await connection.execute(
            text("DELETE FROM figure_delta WHERE id = (SELECT min(id) FROM figure_delta)")
        )
    assert await run_round(registry.runtime.work, CHECK) == 3
    assert await run_round(registry.runtime.work, CHECK) == 0
    await turn(registry)
    assert await numbers(registry, district="340103", by="nature") == {"service": 3}
    checked = (await registry.client.get("/v1/figures/check", headers=ADMIN)).json()
    assert checked["last_corrected"] == 0


async def test_sums_made_anew_are_the_same_sums(registry: ServiceUnderTest) -> None:
    sorts = [Sort(500, "association", True, "service"), Sort(300, "foundation")]
    await populate(registry, sorts, "340103")
    async with registry.runtime.api_engine.begin() as connection:
        before = set(await connection.execute(text("SELECT * FROM figure_sum")))
        await connection.execute(text("UPDATE figure_sum SET number = number + 1"))
    for dimension in ("", *ONE_OF):
        async with registry.runtime.work.begin(SYSTEM("registry")) as uow:
            await folding.sum_anew(uow, dimension)
    async with registry.runtime.api_engine.begin() as connection:
        after = set(await connection.execute(text("SELECT * FROM figure_sum")))
    assert after == before
    assert before


async def test_a_city_is_told_apart_by_county_and_a_street_by_community(
    registry: ServiceUnderTest,
) -> None:
    for number, district in enumerate(("340103", "340103001", "340103001002", "340104")):
        await register(registry, number, district=district)
    await turn(registry)
    wanted = {"340103": 3, "340104": 1}
    assert await numbers(registry, district="340100", by="district") == wanted
    wanted = {"340103": 1, "340103001": 2}
    assert await numbers(registry, district="340103", by="district") == wanted
    wanted = {"340103001": 1, "340103001002": 1}
    assert await numbers(registry, district="340103001", by="district") == wanted
    assert await numbers(registry, by="district,kind") == {"340000/service_institution": 4}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"by": "colour"}, "unknown-dimension"),
        ({"by": "nature,is_hub"}, "too-many-dimensions"),
        ({"as_of": "2026-03-03"}, "in-the-future"),
        ({"as_of": "2999-12-31"}, "in-the-future"),
    ],
)
async def test_what_cannot_be_told_is_refused_with_the_reason(
    registry: ServiceUnderTest, asked: dict[str, str], code: str
) -> None:
    answer = await registry.client.get("/v1/figures", params=asked)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_years_are_not_told_by_district(registry: ServiceUnderTest) -> None:
    answer = await registry.client.get("/v1/figures/years", params={"by": "district"})
    assert answer.status_code == 422


async def test_the_first_days_of_the_calendar_have_figures_too(registry: ServiceUnderTest) -> None:
    for day in ("0001-01-01", "1949-10-01"):
        assert (await figures(registry, as_of=day))["total"] == 0
        found = await figures(registry, "/years", as_of=day, from_year=1949)
        assert len(found["items"]) == int(day > "1949")
