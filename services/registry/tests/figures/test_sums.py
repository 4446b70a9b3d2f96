"""Sums of years and months, and what is not in them yet: together always the same figures."""

from typing import Any

import pytest
from sqlalchemy import text

from benchmarks.masses import Sort
from liandong.identity.actors import SYSTEM
from liandong.testing.services import ServiceUnderTest
from registry.figures import folding
from registry.figures.domain import ONE_OF
from services.registry.tests.figures.test_figures import figures, populate, turn
from services.registry.tests.organizations.test_organizations import register

AREAS = ("", "340000", "340100", "340103")


async def sums(registry: ServiceUnderTest) -> set[Any]:
    async with registry.runtime.api_engine.begin() as connection:
        return {tuple(row) for row in await connection.execute(text("SELECT * FROM figure_sum"))}


async def test_sums_made_anew_are_those_that_were_folded_piece_by_piece(
    registry: ServiceUnderTest,
) -> None:
    await turn(registry)  # the first count, of nobody: what follows is folded
    sorts = [Sort(400, "association", True, "service", "mediation"), Sort(300, "foundation")]
    await populate(registry, sorts, "340103")
    await populate(registry, sorts, "110101", first=5000)
    folded = await sums(registry)
    async with registry.runtime.api_engine.begin() as connection:
        await connection.execute(text("UPDATE figure_sum SET number = number + 1"))
    for dimension in ("", *ONE_OF):
        async with registry.runtime.work.begin(SYSTEM("registry")) as uow:
            await folding.sum_anew(uow, dimension)
    assert await sums(registry) == folded
    assert {row[2] for row in folded} == {0, 2, 4}


@pytest.mark.parametrize("folded", [False, True], ids=["pending", "folded"])
async def test_the_last_of_the_years_is_told_to_the_day(
    registry: ServiceUnderTest, folded: bool
) -> None:
    days = ("2019-12-31", "2020-01-01", "2020-02-29", "2020-03-01", "2020-03-31", "2020-12-31")
    for number, day in enumerate(days):
        await register(registry, number, registered_on=day)
    if folded:
        await turn(registry)
    for number, day in enumerate(days, 1):
        for area in AREAS:
            found = await figures(registry, "/years", district=area, as_of=day, by="kind")
            last = found["items"][-1]
            assert (last["year"], last["total"]) == (int(day[:4]), number), (area, day)
            assert [one["number"] for one in last["items"]] == [number]
            assert (await figures(registry, district=area, as_of=day))["total"] == number


async def test_what_came_before_the_first_year_asked_for_is_in_all_of_them(
    registry: ServiceUnderTest,
) -> None:
    for number, day in enumerate(("1999-12-31", "2005-01-01", "2005-12-31", "2007-06-30")):
        await register(registry, number, registered_on=day)
    await turn(registry)
    asked = {"from_year": 2005, "as_of": "2008-01-01", "by": "is_hub"}
    found = await figures(registry, "/years", **asked)
    told = [(one["year"], one["total"], one["growth"]) for one in found["items"]]
    assert told == [(2005, 3, 2), (2006, 3, 0), (2007, 4, 1), (2008, 4, 0)]
    assert [[item["number"] for item in one["items"]] for one in found["items"]] == [
        [3],
        [3],
        [4],
        [4],
    ]
