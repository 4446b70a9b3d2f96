"""From a listing to its measures in four services and back to credit-list, which shows who obeyed
what and who is late; while services are down for a time. Over both transports."""

from datetime import timedelta

import pytest

from liandong.identity.actors import Role
from liandong.testing.services import eventually
from tests.faults.town import STATION_FEN, Found
from tests.joint.town import JointTown

EXECUTORS = {
    "registry.key-supervision",
    "evaluation.review-grade",
    "supply-demand.bar-bids",
    "funding.hold-payments",
}
PATIENCE = timedelta(seconds=301)
"""A second longer than the shipped catalogue waits for an acknowledgement."""


async def holds_end_after_a_month(town: JointTown) -> None:
    """The city gives the measure 暂停拨付 a term of its own."""
    rules = await town.read_list("credit-list", "/v1/rule-sets", subject="credit-list.listings")
    [now] = [one for one in rules if one["valid_from"] <= "2019-09-01" and not one["overridden"]]
    serious = now["parameters"]["serious"]
    uses = [
        one | ({"months": 1} if one["code"] == "hold-payments" else {})
        for one in serious["measures"]
    ]
    body = {
        "subject": "credit-list.listings",
        "jurisdiction": "340100",
        "version": "hefei-1",
        "valid_from": "2019-01-01",
        "legal_basis": "本市办法",
        "parameters": now["parameters"] | {"serious": serious | {"measures": uses}},
    }
    admin = town.who("admin-1", Role.SYSTEM_ADMIN)
    await town.do("credit-list", "/v1/rule-sets/overrides", admin, body)


async def two_listed(town: JointTown) -> list[tuple[Found, Found, str]]:
    """Organisations with an approved payment and a bid; listed while evaluation is down."""
    organizations = [await town.organization() for _ in range(2)]
    await town.known(*organizations)
    await town.budget(2 * STATION_FEN)
    payments = [await town.approved((await town.entitled(one))[0]) for one in organizations]
    tender = await town.tender(days=60)
    for one in organizations:
        await town.bid(tender, one)
    cases = [await town.served_case(one) for one in organizations]
    town.move_behind(cases[0]["window_ends_on"])
    ripe = [await town.decidable(one) for one in cases]
    await town.platform.stop_worker("evaluation")
    listings = []
    for case in ripe:
        answer = await town.decide(case)
        assert answer.status_code == 200, answer.text
        listings.append(answer.json()["listing_id"])
    return list(zip(organizations, payments, listings, strict=True))


async def shown(town: JointTown, listing: str, default: str, **others: str) -> None:
    """Returns when credit-list shows this of every executing service; ``others`` differ."""
    wanted = {one: others.get(one.partition(".")[0], default) for one in EXECUTORS}

    async def told() -> bool:
        found = await town.obeyed(listing)
        assert found.pop("external.no-honours") == "not_asked"
        return found == wanted

    await eventually(told)


async def late(town: JointTown) -> set[tuple[str, str]]:
    page = await town.read("credit-list", "/v1/measures/unacknowledged", late=True)
    return {(one["listing_id"], one["service"]) for one in page["items"]}


async def status(town: JointTown, payment: Found, wanted: str) -> None:
    async def reached() -> bool:
        return (await town.payment(payment))["status"] == wanted

    await eventually(reached)


@pytest.mark.timeout(600)
async def test_credit_list_shows_who_obeyed_and_who_is_late(town: JointTown) -> None:
    await holds_end_after_a_month(town)
    (_, payment, listing), (_, other_payment, other) = await two_listed(town)
    for one in (listing, other):
        await shown(town, one, "applied", evaluation="waiting")
    rows = await town.read_list("credit-list", f"/v1/listings/{listing}/measures")
    affected = {one["code"]: (one["applied_count"], one["affected_kind"]) for one in rows}
    assert affected["bar-bids"] == (1, "bids")
    assert affected["hold-payments"] == (1, "payments")
    town.move_to(town.now + PATIENCE)
    await shown(town, listing, "applied", evaluation="late")
    assert await late(town) == {(listing, "evaluation"), (other, "evaluation")}
    town.platform.start_worker("evaluation")
    for one in (listing, other):
        await shown(town, one, "applied")
    assert await late(town) == set()

    await town.platform.stop_worker("funding", "registry")
    await corrected(town, listing)
    await shown(town, listing, "lifted", funding="lifting", registry="lifting")
    town.move_to(town.now + PATIENCE)
    await shown(town, listing, "lifted", funding="late_lifting", registry="late_lifting")
    assert (await town.make(await town.payment(payment))).status_code == 409  # held until heard
    await shown(town, other, "applied")
    for name in ("funding", "registry"):
        town.platform.start_worker(name)
    await shown(town, listing, "lifted")
    await status(town, payment, "approved")

    await town.platform.stop_worker("funding")
    town.move_to(town.now + timedelta(days=32))
    await shown(town, other, "applied", funding="lifting")
    town.move_to(town.now + PATIENCE)
    await shown(town, other, "applied", funding="late_lifting")
    town.platform.start_worker("funding")
    await shown(town, other, "applied", funding="lifted")
    await status(town, other_payment, "approved")
    assert (await town.make(await town.payment(other_payment))).status_code == 200
    assert await late(town) == set()
    await town.quiet()


async def corrected(town: JointTown, listing: str) -> None:
    """The listing rested on wrong data: it and its measures end."""
    read = await town.read("credit-list", f"/v1/listings/{listing}")
    third = town.who("approver-3", Role.APPROVER)
    body = {"reason": "处罚对象为同名组织"}
    await town.do("credit-list", f"/v1/listings/{listing}/correct", third, body, read)
