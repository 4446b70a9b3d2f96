"""Funding obeys measures and tells that it did."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from funding.learned import events as news
from funding.measures.obeying import OBEYING
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOff, SwitchedOn

Desk = Any
EFFECTS = sorted(OBEYING.effects)


def on(code: str, effect: str = "") -> SwitchedOn:
    return SwitchedOn(code=code, effect=effect or code, executor="funding")


def listing(organization: Any, *measures: SwitchedOn, **given: Any) -> news.OrganizationListed:
    return news.OrganizationListed(
        **{
            "listing_id": uuid7(),
            "organization_id": UUID(str(organization)),
            "district": "340103",
            "list": "serious",
            "listed_on": date(2019, 9, 20),
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
        executor="funding",
    )


def removal(listed: news.OrganizationListed, version: int) -> news.OrganizationDelisted:
    return news.OrganizationDelisted(
        listing_id=listed.listing_id,
        organization_id=listed.organization_id,
        district="340103",
        delisted_on=date(2019, 9, 21),
        listing_version=version,
        switched_off=tuple(
            SwitchedOff(code=one.code, effect=one.effect, executor="funding")
            for one in listed.switched_on
        ),
    )


async def told(desk: Desk, fact: str) -> list[tuple[str, int, int, str]]:
    return [
        (
            one["data"]["measure"],
            one["data"]["listing_version"],
            one["data"]["affected"],
            one["data"]["affected_kind"],
        )
        for one in await desk.funding.published()
        if one["type"].endswith(f"measure.{fact}")
    ]


async def test_a_hold_is_told_with_the_payments_that_it_stopped(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    await desk.tell(listing(payment["organization_id"], on("hold-payments")))
    assert (await desk.payment(payment))["status"] == "held"
    assert await told(desk, "applied") == [("hold-payments", 1, 1, "payments")]


async def test_a_hold_that_stops_no_payment_is_told_too(desk: Desk) -> None:
    await desk.tell(listing(uuid7(), on("hold-payments")))
    assert await told(desk, "applied") == [("hold-payments", 1, 0, "payments")]


async def test_a_repair_releases_and_is_told(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    listed = listing(payment["organization_id"], on("hold-payments"))
    await desk.tell(listed, removal(listed, 2))
    assert (await desk.payment(payment))["status"] == "approved"
    assert await told(desk, "lifted") == [("hold-payments", 2, 1, "payments")]


async def test_a_hold_that_ends_by_its_own_term_releases(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    listed = listing(payment["organization_id"], on("hold-payments"))
    await desk.tell(listed)
    await desk.tell(end_of(listed, "hold-payments", 2))
    assert (await desk.payment(payment))["status"] == "approved"
    assert await told(desk, "lifted") == [("hold-payments", 2, 1, "payments")]
    assert await desk.letters() == 0


async def test_a_relapse_after_the_term_holds_again(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    listed = listing(payment["organization_id"], on("hold-payments"))
    again = listed.model_copy(update={"listing_version": 3})
    await desk.tell(listed, end_of(listed, "hold-payments", 2), again)
    assert (await desk.payment(payment))["status"] == "held"
    assert [one[1] for one in await told(desk, "applied")] == [1, 3]


async def test_a_measure_of_another_name_with_the_effect_holds(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    await desk.tell(listing(payment["organization_id"], on("city-hold", "hold-payments")))
    assert (await desk.payment(payment))["status"] == "held"


async def test_priority_is_a_mark_that_goes_with_the_listing(desk: Desk) -> None:
    await desk.budget()
    payment = await desk.approved()
    path = f"/v1/entitlements/{payment['entitlement_id']}"
    assert (await desk.get(path))["priority"] is False
    red = listing(payment["organization_id"], on("priority-funding"), list="red")
    await desk.tell(red)
    assert (await desk.get(path))["priority"] is True
    [found] = (await desk.get("/v1/entitlements"))["items"]
    assert found["priority"] is True
    await desk.tell(removal(red, 2))
    assert (await desk.get(path))["priority"] is False


@pytest.mark.parametrize("effects", [*([one] for one in EFFECTS), EFFECTS], ids="+".join)
async def test_what_is_reconciled_of_a_listing_is_every_effect_in_force(
    desk: Desk, effects: list[str]
) -> None:
    listed = listing(uuid7(), *map(on, effects))
    await desk.tell(listed)
    kept = await desk.funding.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects
    await desk.tell(end_of(listed, effects[0], 2))
    kept = await desk.funding.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects[1:]
    await desk.tell(listed.model_copy(update={"listing_version": 3}))  # a relapse
    kept = await desk.funding.kept("credit-list.listing")
    assert kept[listed.listing_id]["effects"] == effects
