"""A listing begins or ends while a contract is awarded or a bid submitted, in every order of the
steps of both, whatever credit-list answers: nothing is awarded to whom a handled listing bars."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from liandong.http import peers
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOff, SwitchedOn
from liandong.testing.interleaving import COMMIT, Actor, Order, Stage, merges, pause, stage
from supply_demand.learned import events as news

if TYPE_CHECKING:
    from conftest import Town

LISTING = ("listed", "handled", "committed")
BRIEF = ("listed", "repaired", "handled", "committed")
NEWS = ("handled", "committed")
"""The handler has written everything; its transaction has ended."""
AWARD = ("asked", "answered", "awarded")
"""Credit-list is asked, behind the locks; it has prepared its answer; the answer has arrived."""
UNANSWERED = ("asked", "awarded")
BID = ("written", "kept")
UNUSABLE = (
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("too slow"),
    b"<html>\xff</html>",
    b"[" * 100_000,
    [],
    {"known": True},
    {"known": True, "barred_from_bids": 0},
    {"organization_id": str(uuid7()), "known": True, "barred_from_bids": False},
)
"""Dead, or rubbish: the last is the answer to another question."""
FINAL = text("""
    SELECT b.status, c.id IS NOT NULL AS awarded
    FROM bid b LEFT JOIN contract c ON c.bid_id = b.id WHERE b.organization_id = :whose
""")
BAR = SwitchedOn(code="bar-bids", effect="bar-bids", executor="supply-demand")


def listed(whose: UUID) -> news.OrganizationListed:
    return news.OrganizationListed(
        listing_id=uuid7(),
        organization_id=whose,
        district="340103",
        list="serious",
        listed_on=date(2026, 3, 2),
        measures=("bar-bids",),
        listing_version=1,
        switched_on=(BAR,),
    )


def repaired(one: news.OrganizationListed) -> news.OrganizationDelisted:
    return news.OrganizationDelisted(
        listing_id=one.listing_id,
        organization_id=one.organization_id,
        district="340103",
        list="serious",
        reason="repaired",
        delisted_on=date(2026, 3, 3),
        listing_version=2,
        switched_off=(SwitchedOff(**BAR.model_dump(exclude={"ends_on"})),),
    )


def ended(one: news.OrganizationListed) -> news.MeasureEnded:
    return news.MeasureEnded(
        listing_id=one.listing_id,
        organization_id=one.organization_id,
        district="340103",
        listing_version=2,
        measure="bar-bids",
        effect="bar-bids",
        executor="supply-demand",
    )


@dataclass
class Hall:
    """Where awards, bids and news meet. Credit-list answers by what it has decided when it
    prepares the answer, or says what cannot be used."""

    town: Town
    stage: Stage
    barred: set[str] = field(default_factory=set)
    unusable: Any = None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        await pause("asked")
        if isinstance(self.unusable, Exception):
            raise self.unusable
        if isinstance(self.unusable, bytes):
            return httpx.Response(200, content=self.unusable)
        if self.unusable is not None:
            return httpx.Response(200, json=self.unusable)
        whose = request.url.path.rsplit("/", 1)[1]
        answer = {"organization_id": whose, "known": True, "barred_from_bids": whose in self.barred}
        await pause("answered")
        return httpx.Response(200, json=answer)

    async def organizations(self, number: int) -> list[UUID]:
        facts = [self.town.organization() for _ in range(number)]
        await self.town.learn(*(news.OrganizationRegistered(**one) for one in facts))
        return [one["organization_id"] for one in facts]

    async def bidders(self, number: int) -> list[tuple[UUID, Any, Any]]:
        """Organisations, each the only bidder for a tender that has closed."""
        town, found = self.town, []
        for whose in await self.organizations(number):
            tender = await town.a_tender()
            found.append((whose, tender, await town.a_bid(tender, whose)))
        town.service.clock.set(datetime.fromisoformat(found[0][1]["closes_at"]))
        await town.service.settle()
        return [(who, made | {"version": made["version"] + 1}, bid) for who, made, bid in found]

    def decides_and_tells(self, *told: Any) -> Callable[[], Awaitable[None]]:
        """Credit-list decides, then all its news are handled in one batch."""

        async def work() -> None:
            for one in told:
                if isinstance(one, news.OrganizationListed):
                    self.barred.add(str(one.organization_id))
                    await pause("listed")
                else:
                    self.barred.discard(str(one.organization_id))
                    await pause("repaired")
            await self.town.deliver(*(self.town.envelope(one) for one in told))

        return work

    async def meet(
        self,
        order: Order,
        told: Sequence[Any],
        command: Callable[[], Awaitable[httpx.Response]],
        pauses: Sequence[str],
    ) -> tuple[httpx.Response, list[str]]:
        """What the command was answered, and which of its pauses it came to."""
        teller = Actor(self.decides_and_tells(*told), frozenset({"listed", "repaired", COMMIT}))
        if len(told) == 1 and not isinstance(told[0], news.OrganizationListed):
            teller.pauses = frozenset({COMMIT})
        actor = Actor(command, frozenset(pauses))
        own = {"asked", "answered", "awarded", "written", "kept"}
        await self.stage.play(order, {one: actor if one in own else teller for one in order})
        assert teller.answer is None
        return actor.answer, actor.reached

    async def final(self, whose: UUID) -> tuple[str, bool]:
        async with self.town.service.runtime.read_engine.connect() as connection:
            status, awarded = (await connection.execute(FINAL, {"whose": whose})).one()
        return status, awarded


@pytest_asyncio.fixture
async def hall(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    monkeypatch.setattr(peers, "ANSWER_SECONDS", 60)  # a step may take long on a busy machine
    async with stage(town.service.runtime.settings.database_url) as found:
        made = Hall(town, found)
        client = httpx.AsyncClient(
            transport=httpx.MockTransport(made.answer), base_url="http://credit-list.test"
        )
        town.service.runtime.peers = {"credit-list": client}
        yield made


def before(order: Order, one: str, other: str) -> bool:
    return order.index(one) < order.index(other)


async def test_an_award_against_a_listing(hall: Hall) -> None:
    """Won, if the award had its locks before the handler and its answer was prepared before the
    decision; then the handler comes behind the award and ends no bid."""
    orders, wins = list(merges(LISTING, AWARD)), 0
    for order, (whose, tender, bid) in zip(orders, await hall.bidders(len(orders)), strict=True):

        async def award(tender: Any = tender, bid: Any = bid) -> httpx.Response:
            return await hall.town.award(tender, bid)

        answer, reached = await hall.meet(order, [listed(whose)], award, AWARD)
        first = before(order, "asked", "handled")
        won = first and before(order, "answered", "listed")
        assert answer.status_code == (201 if won else 409), order
        assert reached == (["asked", "answered"] if first else []), order
        assert await hall.final(whose) == (("won", True) if won else ("disqualified", False)), order
        wins += won
    told = [one["data"]["affected"] for one in await hall.town.published("measure.applied")]
    assert sorted(told) == [0] * wins + [1] * (len(orders) - wins)


async def test_an_award_against_a_listing_that_is_repaired_before_it_is_told(hall: Hall) -> None:
    orders = list(merges(BRIEF, AWARD))
    for order, (whose, tender, bid) in zip(orders, await hall.bidders(len(orders)), strict=True):

        async def award(tender: Any = tender, bid: Any = bid) -> httpx.Response:
            return await hall.town.award(tender, bid)

        one = listed(whose)
        answer, _ = await hall.meet(order, [one, repaired(one)], award, AWARD)
        barred = before(order, "listed", "answered") and before(order, "answered", "repaired")
        won = before(order, "asked", "handled") and not barred
        assert answer.status_code == (201 if won else 409), order
        assert await hall.final(whose) == (("won", True) if won else ("disqualified", False)), order
    lifted = await hall.town.published("measure.lifted")
    assert len(lifted) == len(await hall.town.published("measure.applied")) == len(orders)


async def test_an_award_without_a_usable_answer_against_a_listing(hall: Hall) -> None:
    """Nothing is awarded in any order; the bid ends with the listing, and stays so."""
    orders = list(merges(LISTING, UNANSWERED)) * 2
    unusable = cycle(UNUSABLE)
    for order, (whose, tender, bid) in zip(orders, await hall.bidders(len(orders)), strict=True):
        hall.unusable = next(unusable)

        async def award(tender: Any = tender, bid: Any = bid) -> httpx.Response:
            return await hall.town.award(tender, bid)

        answer, _ = await hall.meet(order, [listed(whose)], award, UNANSWERED)
        asked = before(order, "asked", "handled")
        assert answer.status_code == (503 if asked else 409), (order, hall.unusable)
        assert await hall.final(whose) == ("disqualified", False), order
        hall.unusable = None
        assert (await award()).status_code == 409, order


@pytest.mark.parametrize("end", [repaired, ended])
async def test_what_a_listing_disqualified_is_not_awarded_when_it_ends(
    hall: Hall, end: Callable[[Any], Any]
) -> None:
    orders = list(merges(NEWS, UNANSWERED))
    for order, (whose, tender, bid) in zip(orders, await hall.bidders(len(orders)), strict=True):
        one = listed(whose)
        await hall.town.learn(one)

        async def award(tender: Any = tender, bid: Any = bid) -> httpx.Response:
            return await hall.town.award(tender, bid)

        answer, reached = await hall.meet(order, [end(one)], award, UNANSWERED)
        assert (answer.status_code, reached) == (409, []), order
        assert await hall.final(whose) == ("disqualified", False), order


async def test_a_bid_against_a_listing(hall: Hall) -> None:
    orders, tender = list(merges(NEWS, BID)), await hall.town.a_tender()
    for order, whose in zip(orders, await hall.organizations(len(orders)), strict=True):

        async def bid(whose: UUID = whose) -> httpx.Response:
            return await hall.town.bid(tender, whose)

        hall.barred = set()
        teller = listed(whose)
        answer, _ = await hall.meet(("listed", *order), [teller], bid, [COMMIT])
        first = before(order, "written", "handled")
        assert answer.status_code == (201 if first else 409), order
        if first:
            assert await hall.final(whose) == ("disqualified", False), order


@pytest.mark.parametrize("end", [repaired, ended])
async def test_a_bid_against_the_end_of_a_listing(hall: Hall, end: Callable[[Any], Any]) -> None:
    orders, tender = list(merges(NEWS, BID)), await hall.town.a_tender()
    for order, whose in zip(orders, await hall.organizations(len(orders)), strict=True):
        one = listed(whose)
        await hall.town.learn(one)

        async def bid(whose: UUID = whose) -> httpx.Response:
            return await hall.town.bid(tender, whose)

        answer, _ = await hall.meet(order, [end(one)], bid, [COMMIT])
        free = before(order, "handled", "written")
        assert answer.status_code == (201 if free else 409), order
        assert (await bid()).status_code == (409 if free else 201), order
