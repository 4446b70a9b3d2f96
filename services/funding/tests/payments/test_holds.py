"""Holding and releasing: by credit-list, by the registry, by hand, and all at once."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from funding.learned.events import (
    OrganizationCancelled,
    OrganizationDelisted,
    OrganizationListed,
    OrganizationRestored,
    OrganizationResumed,
    OrganizationRevoked,
    OrganizationSuspended,
)
from liandong.events.contract import Event
from liandong.ids import uuid7

REASON = {"reason": "账户核对中"}


def listed(organization_id: Any, *measures: str, listing_id: UUID | None = None) -> Event:
    return OrganizationListed(
        listing_id=listing_id or uuid7(),
        organization_id=UUID(str(organization_id)),
        list="serious",
        listed_on=date(2019, 9, 20),
        measures=measures or ("bar-bids", "hold-payments"),
    )


def delisted(listing: Any) -> Event:
    return OrganizationDelisted(
        listing_id=listing.listing_id,
        organization_id=listing.organization_id,
        delisted_on=date(2019, 9, 21),
    )


def kinds(payment: dict[str, Any]) -> list[str]:
    return [hold["kind"] for hold in payment["holds"]]


@pytest.mark.parametrize("state", ["proposed", "approved"])
async def test_a_listing_holds_and_its_end_brings_back_the_state_before(
    desk: Any, state: str
) -> None:
    await desk.budget()
    payment = await getattr(desk, state)()
    listing = listed(payment["organization_id"])
    await desk.tell(listing)
    held = await desk.payment(payment)
    assert (held["status"], held["status_before_hold"]) == ("held", state)
    event = (await desk.funding.published())[-1]
    assert event["type"] == "cn.liandong.funding.payment.held"
    assert event["data"]["reason"] == "listed"
    assert event["data"]["listing_id"] == str(listing.listing_id)
    await desk.tell(delisted(listing))
    assert (await desk.payment(payment))["status"] == state
    assert (await desk.types())[-1] == "payment.released"


async def test_a_held_payment_is_not_approved_and_not_made(
    desk: Any, people: Any, credit_list: Any
) -> None:
    await desk.budget()
    payment = await desk.approved()
    await desk.tell(listed(payment["organization_id"]))
    held = await desk.payment(payment)
    refused = await desk.make(held)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:liandong:problem:payment-held"
    assert credit_list.asked == []
    refused = await desk.act(held, "approve", people["approver"])
    assert refused.json()["type"] == "urn:liandong:problem:payment-held"


async def test_a_listing_without_the_measure_holds_nothing(desk: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    listing = listed(payment["organization_id"], "review-grade")
    await desk.tell(listing)
    assert (await desk.payment(payment))["status"] == "proposed"
    await desk.tell(delisted(listing))
    assert await desk.letters() == 0


async def test_the_end_of_one_listing_leaves_the_other_standing(desk: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    first, second = listed(payment["organization_id"]), listed(payment["organization_id"])
    await desk.tell(first, second)
    await desk.tell(delisted(first))
    held = await desk.payment(payment)
    assert held["status"] == "held"
    assert [hold["listing_id"] for hold in held["holds"]] == [str(second.listing_id)]
    assert "payment.released" not in await desk.types()
    await desk.tell(delisted(second))
    assert (await desk.payment(payment))["status"] == "proposed"


async def test_a_hold_by_hand_outlasts_the_listing(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    listing = listed(payment["organization_id"])
    by_hand = await desk.act(payment, "hold", people["finance"], REASON)
    assert kinds(by_hand.json()) == ["manual"]
    await desk.tell(listing)
    await desk.tell(delisted(listing))
    held = await desk.payment(payment)
    assert (held["status"], kinds(held)) == ("held", ["manual"])
    released = await desk.act(held, "release", people["finance"], REASON)
    assert released.json()["status"] == "approved"


async def test_a_hand_does_not_lift_what_a_listing_holds(desk: Any, people: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    by_hand = (await desk.act(payment, "hold", people["finance"], REASON)).json()
    twice = await desk.act(by_hand, "hold", people["finance"], REASON)
    assert twice.json()["type"] == "urn:liandong:problem:already-held"
    await desk.tell(listed(payment["organization_id"]))
    both = await desk.payment(payment)
    assert kinds(both) == ["manual", "listed"]
    released = await desk.act(both, "release", people["finance"], REASON)
    assert (released.json()["status"], kinds(released.json())) == ("held", ["listed"])
    refused = await desk.act(released.json(), "release", people["finance"], REASON)
    assert refused.json()["type"] == "urn:liandong:problem:not-held-by-hand"


@pytest.mark.parametrize(
    "event", [OrganizationSuspended, OrganizationCancelled, OrganizationRevoked]
)
async def test_an_organisation_that_lost_its_standing_is_not_paid(desk: Any, event: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    status = event.type.rsplit(".", 1)[1]
    await desk.tell(event(organization_id=UUID(payment["organization_id"]), status=status))
    held = await desk.payment(payment)
    assert (held["status"], kinds(held)) == ("held", ["organization-status"])


@pytest.mark.parametrize(
    ("begins", "status", "ends"),
    [
        (OrganizationSuspended, "suspended", OrganizationResumed),
        (OrganizationRevoked, "revoked", OrganizationRestored),
    ],
)
async def test_a_body_that_acts_again_is_paid_what_only_its_status_held(
    desk: Any, begins: type[Event], status: str, ends: type[Event]
) -> None:
    await desk.budget()
    payment = await desk.proposed()
    who = UUID(payment["organization_id"])
    listing = listed(who)
    first = begins.model_validate({"organization_id": who, "status": status})
    await desk.tell(first, listing)
    await desk.tell(ends.model_validate({"organization_id": who, "status": "active"}))
    assert kinds(await desk.payment(payment)) == ["listed"]
    await desk.tell(delisted(listing))
    assert (await desk.payment(payment))["status"] == "proposed"


async def test_a_payment_proposed_while_the_organisation_is_listed_begins_held(
    desk: Any, people: Any
) -> None:
    await desk.budget()
    entitlement = await desk.entitlement()
    assert entitlement["held"] is False
    listing = listed(entitlement["organization_id"])
    await desk.tell(listing)
    assert "payment.held" not in await desk.types()
    entitlement = await desk.get(f"/v1/entitlements/{entitlement['id']}")
    assert (entitlement["status"], entitlement["held"]) == ("open", True)
    assert len((await desk.get("/v1/entitlements", held=True))["items"]) == 1
    made = await desk.post("/v1/payments", people["finance"], {"entitlement_id": entitlement["id"]})
    assert (made.json()["status"], kinds(made.json())) == ("held", ["listed"])
    await desk.tell(delisted(listing))
    assert (await desk.payment(made.json()))["status"] == "proposed"
    assert (await desk.get("/v1/entitlements", held=True))["items"] == []


async def test_what_is_paid_already_is_not_held(desk: Any) -> None:
    await desk.budget()
    payment = await desk.made()
    await desk.tell(listed(payment["organization_id"]))
    assert (await desk.payment(payment))["status"] == "made"
    assert "payment.held" not in await desk.types()


async def test_other_organisations_are_not_touched(desk: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    await desk.tell(listed(uuid7()))
    assert (await desk.payment(payment))["status"] == "proposed"


async def test_the_same_listing_delivered_again_changes_nothing(desk: Any) -> None:
    await desk.budget()
    payment = await desk.proposed()
    listing = listed(payment["organization_id"])
    deliveries = await desk.tell(listing)
    await desk.tell(delisted(listing))
    before = await desk.payment(payment)
    await desk.redeliver(deliveries)
    assert await desk.payment(payment) == before


async def test_the_end_of_an_unknown_listing_waits_for_its_beginning(desk: Any) -> None:
    await desk.tell(delisted(listed(uuid7())))
    assert await desk.letters() == 1


async def test_a_held_payment_can_be_cancelled(desk: Any, people: Any) -> None:
    line = await desk.budget()
    payment = await desk.proposed()
    listing = listed(payment["organization_id"])
    await desk.tell(listing)
    held = await desk.payment(payment)
    answer = await desk.act(held, "cancel", people["approver"], {"reason": "不再发放"})
    assert (answer.json()["status"], answer.json()["holds"]) == ("cancelled", [])
    assert (await desk.get(f"/v1/budgets/{line['id']}"))["committed_fen"] == 0
    await desk.tell(delisted(listing))
    assert (await desk.payment(payment))["status"] == "cancelled"
