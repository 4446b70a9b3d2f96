"""Supply-demand obeys measures and tells that it did."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from liandong.ids import uuid7
from liandong.measures.events import SwitchedOff, SwitchedOn
from supply_demand.learned import events as news
from supply_demand.measures.obeying import OBEYING

Town = Any
EFFECTS = sorted(OBEYING.effects)


def on(code: str, effect: str = "", executor: str = "supply-demand") -> SwitchedOn:
    return SwitchedOn(code=code, effect=effect or code, executor=executor)


def listing(organization: UUID, *measures: SwitchedOn, **given: Any) -> news.OrganizationListed:
    return news.OrganizationListed(
        **{
            "listing_id": uuid7(),
            "organization_id": organization,
            "district": "340103",
            "list": "serious",
            "listed_on": date(2026, 3, 2),
            "measures": tuple(one.code for one in measures),
            "listing_version": 1,
            "switched_on": measures,
        }
        | given
    )


def end_of(listed: news.OrganizationListed, code: str, version: int) -> news.MeasureEnded:
    return news.MeasureEnded(
        listing_id=listed.listing_id,
        organization_id=listed.organization_id,
        district="340103",
        listing_version=version,
        measure=code,
        effect=code,
        executor="supply-demand",
    )


def removal(listed: news.OrganizationListed, version: int) -> news.OrganizationDelisted:
    off = tuple(
        SwitchedOff(code=one.code, effect=one.effect, executor=one.executor)
        for one in listed.switched_on
    )
    return news.OrganizationDelisted(
        listing_id=listed.listing_id,
        organization_id=listed.organization_id,
        district="340103",
        list="serious",
        reason="repaired",
        delisted_on=date(2026, 3, 3),
        listing_version=version,
        switched_off=off,
    )


async def read(town: Town, path: str, who: Any) -> Any:
    answer = await town.client.get(path, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(town: Town, fact: str) -> list[tuple[str, int, int, str]]:
    return [
        (one["measure"], one["listing_version"], one["affected"], one["affected_kind"])
        for one in (event["data"] for event in await town.published(f"measure.{fact}"))
    ]


async def barred(town: Town, organization: UUID) -> bool:
    found = await read(town, f"/v1/eligibility/{organization}", town.of(organization))
    return not {one["code"]: one["passed"] for one in found["rules"]}["not-on-serious-list"]


async def test_a_bar_is_told_with_the_bids_that_it_ended(town: Town) -> None:
    organization = await town.an_organization()
    tender = await town.a_tender()
    await town.a_bid(tender, organization)
    listed = listing(organization, on("bar-bids"), on("hold-payments", executor="funding"))
    await town.learn(listed)
    assert await told(town, "applied") == [("bar-bids", 1, 1, "bids")]
    assert await barred(town, organization)


async def test_a_bar_that_touches_no_bid_is_told_too(town: Town) -> None:
    organization = await town.an_organization()
    await town.learn(listing(organization, on("bar-bids")))
    assert await told(town, "applied") == [("bar-bids", 1, 0, "bids")]


async def test_a_delisting_is_told_as_lifted(town: Town) -> None:
    organization = await town.an_organization()
    listed = listing(organization, on("bar-bids"))
    await town.learn(listed, removal(listed, 2))
    assert await told(town, "lifted") == [("bar-bids", 2, 0, "bids")]
    assert not await barred(town, organization)


async def test_a_measure_that_ends_by_its_own_term_bars_no_more(town: Town) -> None:
    organization = await town.an_organization()
    listed = listing(organization, on("bar-bids"), on("limit-bids"))
    await town.learn(listed)
    await town.learn(end_of(listed, "bar-bids", 2))
    assert await told(town, "lifted") == [("bar-bids", 2, 0, "bids")]
    assert not await barred(town, organization)
    await town.learn(removal(listed, 3))
    assert [one[:2] for one in await told(town, "lifted")][1:] == [
        ("bar-bids", 3),
        ("limit-bids", 3),
    ]


async def test_a_relapse_is_told_again_and_bars_again(town: Town) -> None:
    organization = await town.an_organization()
    listed = listing(organization, on("bar-bids"))
    await town.learn(listed, end_of(listed, "bar-bids", 2))
    again = listed.model_copy(update={"listing_version": 3})
    await town.learn(again)
    assert [one[:2] for one in await told(town, "applied")] == [("bar-bids", 1), ("bar-bids", 3)]
    assert await barred(town, organization)


async def test_a_decision_that_drops_a_measure_lifts_it(town: Town) -> None:
    organization = await town.an_organization()
    listed = listing(organization, on("bar-bids"))
    await town.learn(listed)
    await town.learn(
        listed.model_copy(update={"listing_version": 2, "measures": (), "switched_on": ()})
    )
    assert await told(town, "lifted") == [("bar-bids", 2, 0, "bids")]
    assert not await barred(town, organization)


async def test_a_measure_of_another_name_with_the_effect_bars(town: Town) -> None:
    organization = await town.an_organization()
    await town.learn(listing(organization, on("city-bar", "bar-bids")))
    assert await barred(town, organization)
    assert [one[0] for one in await told(town, "applied")] == ["city-bar"]


async def test_priority_is_a_mark_for_officials_and_goes_with_the_listing(town: Town) -> None:
    organization = await town.an_organization()
    tender = await town.a_tender()
    bid = await town.a_bid(tender, organization)
    red = listing(organization, on("priority-purchase"), list="red")
    await town.learn(red)

    async def marks(who: Any) -> list[str]:
        return (await read(town, f"/v1/bids/{bid['id']}", who))["marks"]

    assert await marks(town.clerk) == ["priority-purchase"]
    assert await marks(town.of(organization)) == []
    assert (bid["status"], bid["marks"]) == ("submitted", [])
    await town.learn(removal(red, 2))
    assert await marks(town.clerk) == []


async def test_priority_stands_in_the_evaluation_list_and_in_the_contract(town: Town) -> None:
    plain, trusted = await town.an_organization(), await town.an_organization()
    tender = await town.a_tender()
    await town.a_bid(tender, plain)
    bid = await town.a_bid(tender, trusted)
    await town.learn(listing(trusted, on("priority-purchase"), list="red"))
    path = f"/v1/tenders/{tender['id']}/ranking"
    sealed = await town.client.get(path, headers=town.approver)
    assert sealed.json()["type"] == "urn:liandong:problem:bids-sealed"
    closed = await town.close(tender)
    found = await read(town, path, town.approver)
    assert [one["rank"] for one in found["places"]] == [1, 2]
    assert [one["organization_id"] for one in found["places"]] == [str(trusted), str(plain)]
    assert (await town.client.get(path, headers=town.of(trusted))).status_code == 403
    contract = (await town.award(closed, bid)).json()
    assert contract["priority"] == found["places"][0]["reasons"]
    assert "优先承接" in contract["priority"][0]
    kept = await read(town, path, town.approver)
    assert kept == found | {"awarded_bid_id": bid["id"]}


@pytest.mark.parametrize("effects", [*([one] for one in EFFECTS), EFFECTS], ids="+".join)
async def test_what_is_reconciled_of_a_listing_is_every_effect_in_force(
    town: Town, effects: list[str]
) -> None:
    listed = listing(uuid7(), *map(on, effects))
    await town.learn(listed)
    kept = await town.service.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects
    await town.learn(end_of(listed, effects[0], 2))
    kept = await town.service.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects[1:]
    await town.learn(listed.model_copy(update={"listing_version": 3}))  # a relapse
    kept = await town.service.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects
