"""Two who decide on one organisation at once, in every order of their steps: each decides on what
the other has left, every listing and measure ends once, and what is told is in order."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from liandong.identity.actors import Role
from liandong.testing.interleaving import Actor, Order, Stage, merges, stage
from liandong.testing.services import bearer

Desk = Any
ORDERS = list(merges(("first written", "first kept"), ("second written", "second kept")))
THIRD = bearer("approver-3", Role.APPROVER)
ABNORMAL = {"list": "abnormal", "trigger": "annual-report"}
CORRECT = {"reason": "处罚对象为同名组织"}
PROPOSALS = "/v1/red-list-proposals"
Act = Callable[[], Awaitable[Any]]


@dataclass
class Office:
    desk: Desk
    stage: Stage

    async def meet(self, order: Order, first: Act, second: Act) -> tuple[Any, Any]:
        one, other = Actor(first), Actor(second)
        await self.stage.play(
            order, {step: one if step.startswith("first") else other for step in order}
        )
        return one.answer, other.answer

    async def served(self, organizations: list[UUID], **given: Any) -> list[str]:
        """Cases whose window has ended, the day before anything of them is decided."""
        cases = [await self.desk.a_case(one, **given) for one in organizations]
        for case in cases:
            assert (await self.desk.serve(case)).status_code == 200
        await self.desk.pass_days(19)
        return cases

    async def versions(self, kind: str, ids: list[str]) -> list[int]:
        return [await self.desk.version(f"/v1/{kind}/{one}") for one in ids]

    async def lists(self, organization: UUID) -> list[tuple[str, str]]:
        found = (await self.desk.standing(organization))["lists"]
        return [(one["list"], one["listing_id"]) for one in found]

    async def told(self, organization: UUID) -> list[tuple[str, str, int]]:
        """What was published of its listings: fact, list or measure, version of the listing."""
        return [
            (
                one["type"].rpartition(".")[2],
                one["data"].get("list") or one["data"]["measure"],
                one["data"]["listing_version"],
            )
            for one in await self.desk.service.published()
            if one["data"].get("organization_id") == str(organization)
            and "listing_version" in one["data"]
        ]

    def correct(self, listing: str, version: int) -> Act:
        path = f"/v1/listings/{listing}/correct"
        return lambda: self.desk.act(path, CORRECT, self.desk.other_approver, version)

    def fire(self) -> Act:
        return lambda: self.desk.service.runtime.deadlines.fire_due(1)


@pytest_asyncio.fixture
async def office(desk: Desk) -> AsyncIterator[Office]:
    async with stage(desk.service.runtime.settings.database_url) as found:
        yield Office(desk, found)


def one_of_two(answers: tuple[httpx.Response, httpx.Response], order: Order) -> int:
    """Whose act it was; the other one was told that the thing has changed."""
    winner = 0 if order[0].startswith("first") else 1
    assert answers[winner].status_code == 200, (order, answers[winner].text)
    assert answers[1 - winner].status_code in (409, 412), (order, answers[1 - winner].text)
    return winner


async def test_two_officers_decide_one_case_once(office: Office) -> None:
    desk = office.desk
    organizations = [await desk.an_organization(number) for number in range(len(ORDERS))]
    cases = await office.served(organizations)
    versions = await office.versions("cases", cases)
    for order, whose, case, version in zip(ORDERS, organizations, cases, versions, strict=True):

        def decide(outcome: str, who: Any = None, case: str = case, version: int = version) -> Act:
            return lambda: desk.decide(case, outcome, who=who, version=version)

        answers = await office.meet(order, decide("list"), decide("not_list", desk.other_approver))
        listed = one_of_two(answers, order) == 0
        assert [name for name, _ in await office.lists(whose)] == ["serious"] * listed, order
        read = await desk.read(f"/v1/cases/{case}")
        assert read["outcome"] == ("list" if listed else "not_list"), order
        assert len(await office.told(whose)) == listed, order


async def test_a_repair_is_decided_or_the_listing_corrected(office: Office) -> None:
    desk = office.desk
    organizations, listings, repairs = await checked_repairs(office)
    for order, whose, listing, repair in zip(ORDERS, organizations, listings, repairs, strict=True):
        version = await desk.version(f"/v1/listings/{listing}")

        async def grant(repair: str = repair) -> httpx.Response:
            return await desk.decide_repair(repair, THIRD, version=3)

        answers = await office.meet(order, grant, office.correct(listing, version))
        granted = one_of_two(answers, order) == 0
        read = await desk.read(f"/v1/listings/{listing}")
        assert read["delist_reason"] == ("repaired" if granted else "corrected"), order
        assert await office.told(whose) == [
            ("listed", "abnormal", 1),
            ("delisted", "abnormal", 2),
        ], order


async def test_two_officers_decide_one_repair_once(office: Office) -> None:
    desk = office.desk
    organizations, listings, repairs = await checked_repairs(office)
    for order, whose, listing, repair in zip(ORDERS, organizations, listings, repairs, strict=True):

        def decide(outcome: str, who: Any, repair: str = repair) -> Act:
            return lambda: desk.decide_repair(repair, who, version=3, outcome=outcome)

        answers = await office.meet(order, decide("grant", None), decide("refuse", THIRD))
        granted = one_of_two(answers, order) == 0
        left = [] if granted else [("abnormal", listing)]
        assert await office.lists(whose) == left, order


async def test_a_repair_against_a_new_listing_on_the_same_list(office: Office) -> None:
    """Granted before it, the new decision makes a listing of its own; behind it, the repair is to
    be checked anew."""
    desk = office.desk
    organizations, listings, repairs = await checked_repairs(office)
    cases = await office.served(organizations, **ABNORMAL | {"trigger": "party-organisation"})
    versions = await office.versions("cases", cases)
    for order, whose, listing, repair, case, version in zip(
        ORDERS, organizations, listings, repairs, cases, versions, strict=True
    ):

        async def grant(repair: str = repair) -> httpx.Response:
            return await desk.decide_repair(repair, THIRD, version=3)

        async def again(case: str = case, version: int = version) -> httpx.Response:
            return await desk.decide(case, version=version)

        granted, decided = await office.meet(order, grant, again)
        assert decided.status_code == 200, order
        first = order[0].startswith("first")
        assert granted.status_code == (200 if first else 409), order
        if not first:
            assert granted.json()["type"] == "urn:liandong:problem:check-outdated"
        now = decided.json()["listing_id"]
        assert (now == listing) == (not first), order
        assert await office.lists(whose) == [("abnormal", now)], order


async def checked_repairs(office: Office) -> tuple[list[UUID], list[str], list[str]]:
    """Abnormal listings, of which a repair can be decided at its version 3."""
    desk = office.desk
    organizations = [await desk.an_organization(number) for number in range(len(ORDERS))]
    listings, repairs = [], []
    for case in await office.served(organizations, **ABNORMAL):
        listings.append((await desk.decide(case)).json()["listing_id"])
    for whose, listing in zip(organizations, listings, strict=True):
        repairs.append(await desk.a_checked_repair(listing, desk.organization(whose)))
    return organizations, listings, repairs


async def test_the_term_of_a_measure_against_the_end_of_its_listing(office: Office) -> None:
    """The measure ends once, for one of the two reasons; versions of the listing have no gap."""
    desk = office.desk
    await holds_for_a_month(desk)
    organizations = [await desk.an_organization(number) for number in range(len(ORDERS))]
    listings: list[str] = []
    for case in await office.served(organizations):  # on days of their own: so end the measures
        desk.service.clock.advance(timedelta(days=1))
        listings.append((await desk.decide(case)).json()["listing_id"])
    for order, whose, listing in zip(ORDERS, organizations, listings, strict=True):
        hold = await the_hold(desk, listing)
        desk.set_day((date.fromisoformat(hold["ends_on"]) + timedelta(days=1)).isoformat())
        fired, corrected = await office.meet(order, office.fire(), office.correct(listing, 1))
        term = order[0].startswith("first")
        assert fired == 1, order
        assert corrected.status_code == (412 if term else 200), (order, corrected.text)
        if term:
            assert (await office.correct(listing, 2)()).status_code == 200, order
        assert (await the_hold(desk, listing))["end_reason"] == ("term" if term else "delisted"), (
            order
        )
        ended = [("ended", "hold-payments", 2)] * term
        story = [("listed", "serious", 1), *ended, ("delisted", "serious", 2 + term)]
        assert await office.told(whose) == story, order


async def holds_for_a_month(desk: Desk) -> None:
    shipped = await desk.read("/v1/rule-sets", subject="credit-list.listings")
    [now] = [one for one in shipped if one["valid_from"] <= "2019-10-01" and not one["overridden"]]
    serious = now["parameters"]["serious"]
    uses = [{"code": "hold-payments", "months": 1}, {"code": "bar-bids"}]
    await desk.override(
        "credit-list.listings", now["version"], serious=serious | {"measures": uses}
    )


async def the_hold(desk: Desk, listing: str) -> dict[str, Any]:
    rows = await desk.read(f"/v1/listings/{listing}/measures")
    return next(one for one in rows if one["code"] == "hold-payments")


async def test_the_end_of_a_red_listing_against_its_renewal(office: Office) -> None:
    """Whoever comes first on the day after its last one: it has ended, and a new one begins."""
    desk = office.desk
    organizations = [await desk.an_organization(number) for number in range(len(ORDERS))]
    old: list[str] = []
    for path in await proposed(desk, organizations):  # on days of their own: so they end
        desk.service.clock.advance(timedelta(days=1))
        confirmed = await desk.act(f"{path}/confirm", {"reasons": "公示无异议"}, desk.approver)
        old.append(confirmed.json()["listing_id"])
    desk.set_day("2020-09-20")
    again = await proposed(desk, organizations)
    for order, whose, listing, path in zip(ORDERS, organizations, old, again, strict=True):
        read = await desk.read(f"/v1/listings/{listing}")
        desk.set_day((date.fromisoformat(read["valid_until"]) + timedelta(days=1)).isoformat())

        async def confirm(path: str = path) -> httpx.Response:
            body = {"reasons": "继续保持"}
            return await desk.act(f"{path}/confirm", body, desk.approver, 2)

        fired, confirmed = await office.meet(order, office.fire(), confirm)
        assert (fired, confirmed.status_code) == (1, 200), (order, confirmed.text)
        now = confirmed.json()["listing_id"]
        assert now != listing, order
        assert await office.lists(whose) == [("red", now)], order
        assert (await desk.read(f"/v1/listings/{listing}"))["delist_reason"] == "expired", order
        assert (await desk.read(f"/v1/listings/{now}"))["listed_on"] == desk.today, order


async def proposed(desk: Desk, organizations: list[UUID]) -> list[str]:
    """Recommendations for the red list whose publicity has ended, at their version 2."""
    paths = []
    for one in organizations:
        await desk.a_grade(one)
        body = {"organization_id": str(one), "reasons": "服务优良"}
        made = await desk.act(PROPOSALS, body, desk.clerk)
        assert made.status_code == 201, made.text
        paths.append(f"{PROPOSALS}/{made.json()['id']}")
        assert (await desk.act(f"{paths[-1]}/publicise", None, desk.clerk)).status_code == 200
    await desk.pass_days(20)
    return paths
