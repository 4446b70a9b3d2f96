"""Which programmes are in force, over HTTP."""

from typing import Any

import pytest


async def amounts(desk: Any, **params: str) -> dict[str, int]:
    found = await desk.get("/v1/programmes", **params)
    return {one["category"]: one["amount_fen"] for one in found}


async def test_the_city_s_programmes_hold_in_its_counties(desk: Any) -> None:
    assert await amounts(desk, district="340103", on="2019-09-20") == {
        "call_center": 50_000_000,
        "service_center": 20_000_000,
        "service_station": 10_000_000,
        "3A": 2_000_000,
        "4A": 4_000_000,
        "5A": 8_000_000,
    }


async def test_each_programme_says_on_what_it_rests(desk: Any) -> None:
    for one in await desk.get("/v1/programmes", district="340100"):
        assert one["certainty"] == "reported"
        assert "2019-09-20" in one["legal_basis"]
        assert one["payer_account"]
        assert one["funding_source"] == "finance"


@pytest.mark.parametrize(("district", "on"), [("340100", "2013-12-31"), ("340700", "2019-09-20")])
async def test_nothing_is_in_force_before_the_programme_or_elsewhere(
    desk: Any, district: str, on: str
) -> None:
    assert await amounts(desk, district=district, on=on) == {}


async def test_a_wrong_district_is_explained(desk: Any) -> None:
    answer = await desk.funding.client.get("/v1/programmes", params={"district": "999999"})
    assert answer.status_code == 422
