"""Rules: tenders, bids and awards; what happens while credit-list is asked."""

from datetime import timedelta
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.stateful.domain.base import APPROVER, BUYER
from tests.stateful.domain.listings import SOME, ListingRules
from tests.stateful.domain.model import Bid, Tender
from tests.stateful.domain.peer import UNCLEAR
from tests.stateful.running import Beside

BUDGET_FEN = 20_000_000
MOODS = st.one_of(st.just(""), st.just(""), st.sampled_from(UNCLEAR))
MEANWHILE = st.sampled_from(["", "", "a decision", "news"])
"""What happens between the question to credit-list and its answer."""


def a_tender_is_there(self: Any) -> bool:
    return bool(self.model.tenders)


def a_bid_is_there(self: Any) -> bool:
    return bool(any(one.bids for one in self.model.tenders))


class AskingRules(ListingRules):
    """Commands at a point of no return, which ask credit-list itself."""

    async def asking(
        self, mood: str, meanwhile: str, reader: str, *given: object, **more: object
    ) -> tuple[httpx.Response, int]:
        """The command's answer, and up to where the reader has learnt besides."""
        position = 0

        async def news() -> None:
            nonlocal position
            await self.services["credit-list"].runtime.relay.drain()
            async with self.page(reader, 10) as (_, batch):
                if batch.deliveries:
                    await self.consumer(reader).handle(batch)
                    self.batches[reader].append(batch)
                    position = self.heard(int(batch.deliveries[-1].offset))

        beside = Beside(self.services[reader].runtime.worker_engine, news)
        happens = {"a decision": self._list_somebody, "news": beside.begin}
        self.peer.mood, self.peer.before = mood, happens.get(meanwhile)
        try:
            answer = await self.call(reader, *given, **more)  # type: ignore[arg-type]
            await beside.finish()
        finally:
            self.peer.mood, self.peer.before = "", None
        return answer, position

    async def _list_somebody(self) -> None:
        """The first case that may be decided is decided: list."""
        for case in self.model.cases:
            if self.clock.now() >= case.decidable_at:
                answer = await self._decide(case)
                assert answer.status_code == 200, answer.text
                self.decided(case, "list", answer)
                return


class MarketRules(AskingRules):
    @rule(days=st.integers(4, 30))
    def publish_a_tender(self, days: int) -> None:
        closes_at = self.later(days=days)
        body = {
            "title": "社区居家养老服务采购",
            "district": "340103",
            "method": "negotiation",
            "budget_fen": BUDGET_FEN,
            "closes_at": closes_at.isoformat(),
            "term_months": 12,
        }
        made = self.run(self.call("supply-demand", "/v1/tenders", BUYER, body))
        assert made.status_code == 201, made.text
        tender = made.json()["id"]
        path, row = f"/v1/tenders/{tender}/publish", f"tender/{tender}"
        published = self.run(self.call("supply-demand", path, BUYER, of=row))
        assert published.status_code == 200, published.text
        self.model.tenders.append(Tender(tender, closes_at))

    def tender(self, number: int) -> Tender:
        return self.model.tenders[-1 - number % len(self.model.tenders)]

    @precondition(a_tender_is_there)
    @rule(which=SOME, number=SOME, over=st.sampled_from([-1, 0, 0, 1]))
    def bid(self, which: int, number: int, over: int) -> None:
        tender, organization = self.tender(which), self.organization(number)
        body = {"amount_fen": BUDGET_FEN + over, "plan": "服务方案"}
        path = f"/v1/tenders/{tender.id}/bids"
        who = self.as_organization(organization)
        answer = self.run(self.call("supply-demand", path, who, body))
        barred = self.model.known("supply-demand", organization)
        live = any(
            b.organization == organization and b.status in ("submitted", "won") for b in tender.bids
        )
        if not tender.takes_bids(self.clock.now()) or barred:
            expected = 409
        elif over > 0:
            expected = 422
        else:
            expected = 409 if live else 201
        assert answer.status_code == expected, answer.text
        if expected == 201:
            tender.bids.append(Bid(answer.json()["id"], organization))

    @precondition(a_bid_is_there)
    @rule(number=SOME)
    def withdraw(self, number: int) -> None:
        pairs = [(t, b) for t in self.model.tenders for b in t.bids]
        tender, bid = pairs[-1 - number % len(pairs)]
        who = self.as_organization(bid.organization)
        path, row = f"/v1/bids/{bid.id}/withdraw", f"bid/{bid.id}"
        answer = self.run(self.call("supply-demand", path, who, of=row))
        allowed = bid.status == "submitted" and tender.takes_bids(self.clock.now())
        assert answer.status_code == (200 if allowed else 409), answer.text
        if allowed:
            bid.status = "withdrawn"

    @rule()
    def ring_the_clocks(self) -> None:
        """Tenders close and defence windows end, if the worker comes to it."""
        self.run(self.ring())

    async def ring(self) -> None:
        for name in ("supply-demand", "credit-list"):
            deadlines = self.services[name].runtime.deadlines
            assert deadlines is not None
            await deadlines.fire_due()
        for tender in self.model.tenders:
            if tender.status == "published" and tender.closes_at <= self.clock.now():
                tender.status = "closed"

    @precondition(a_bid_is_there)
    @rule(number=SOME, mood=MOODS, meanwhile=MEANWHILE)
    def award(self, number: int, mood: str, meanwhile: str) -> None:
        pairs = [(t, b) for t in self.model.tenders for b in t.bids]
        # Live bids of the listed are what the question to credit-list is for.
        pairs.sort(key=lambda p: (p[1].status == "submitted", self.model.barred(p[1].organization)))
        tender, bid = pairs[-1 - number % len(pairs)]
        if self.clock.now() < tender.closes_at:
            self.clock.set(tender.closes_at + timedelta(hours=1))
        self.run(self.ring())
        known = self.model.known("supply-demand", bid.organization)
        possible = tender.status == "closed" and bid.status == "submitted" and not known
        path, row = f"/v1/tenders/{tender.id}/award", f"tender/{tender.id}"
        body = {"bid_id": bid.id, "reason": "综合评分第一"}
        answer, position = self.run(
            self.asking(mood, meanwhile, "supply-demand", path, APPROVER, body, row)
        )
        if not possible:
            expected = 409
        elif mood:
            expected = 503
        else:
            expected = 409 if self.model.barred(bid.organization) else 201
        assert answer.status_code == expected, answer.text
        if expected == 201:
            tender.status = "awarded"
            for one in tender.bids:
                if one.status == "submitted":
                    one.status = "won" if one is bid else "lost"
        self.model.learn("supply-demand", position)
