"""A listing begins or ends while a payment is proposed, approved, made or released, in every order
of the steps of both, whatever credit-list answers: held or paid, never both, nothing after it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from funding.learned import events as news
from liandong.http import peers
from liandong.ids import uuid7
from liandong.measures.events import SwitchedOff, SwitchedOn
from liandong.testing.interleaving import COMMIT, Actor, Order, Stage, merges, pause, stage

LISTING = ("listed", "handled", "committed")
BRIEF = ("listed", "repaired", "handled", "committed")
NEWS = ("handled", "committed")
"""The handler has written everything; its transaction has ended."""
MAKE = ("asked", "answered", "made")
"""Credit-list is asked, behind the locks; it has prepared its answer; the answer has arrived."""
UNANSWERED = ("asked", "made")
ACT = ("written", "kept")
OURS = {*MAKE, *ACT}
UNUSABLE = (
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("too slow"),
    b"<html>\xff</html>",
    b"[" * 100_000,
    [],
    {"known": True},
    {"known": True, "payments_held": 0},
    {"organization_id": str(uuid7()), "known": True, "payments_held": False},
)
"""Dead, or rubbish: the last is the answer to another question."""
HOLD = SwitchedOn(code="hold-payments", effect="hold-payments", executor="funding")
REASON = {"reason": "核对账户"}


def listed(payment: dict[str, Any]) -> news.OrganizationListed:
    return news.OrganizationListed(
        listing_id=uuid7(),
        organization_id=UUID(payment["organization_id"]),
        district="340103",
        list="serious",
        listed_on=date(2019, 9, 20),
        measures=("hold-payments",),
        listing_version=1,
        switched_on=(HOLD,),
    )


def repaired(one: news.OrganizationListed) -> news.OrganizationDelisted:
    return news.OrganizationDelisted(
        listing_id=one.listing_id,
        organization_id=one.organization_id,
        district="340103",
        delisted_on=date(2019, 9, 21),
        listing_version=2,
        switched_off=(SwitchedOff(**HOLD.model_dump(exclude={"ends_on"})),),
    )


def ended(one: news.OrganizationListed) -> news.MeasureEnded:
    return news.MeasureEnded(
        listing_id=one.listing_id,
        organization_id=one.organization_id,
        district="340103",
        listing_version=2,
        measure="hold-payments",
        effect="hold-payments",
        executor="funding",
    )


ENDS = pytest.mark.parametrize("end", [repaired, ended])
End = Callable[[news.OrganizationListed], Any]
Command = Callable[[], Awaitable[httpx.Response]]


@dataclass
class Counter:
    """Where payments and news meet. Credit-list answers by what it has decided when it prepares
    the answer, or says what cannot be used."""

    desk: Any
    people: Any
    stage: Stage
    held: set[str] = field(default_factory=set)
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
        answer = {"organization_id": whose, "known": True, "payments_held": whose in self.held}
        await pause("answered")
        return httpx.Response(200, json=answer)

    def decides_and_tells(self, *told: Any) -> Callable[[], Awaitable[None]]:
        """Credit-list decides, then all its news are handled in one batch."""

        async def work() -> None:
            for one in told:
                if isinstance(one, news.OrganizationListed):
                    self.held.add(str(one.organization_id))
                    await pause("listed")
                else:
                    self.held.discard(str(one.organization_id))
                    await pause("repaired")
            await self.desk.tell(*told)

        return work

    async def meet(
        self, order: Order, told: Sequence[Any], command: Command, pauses: Sequence[str]
    ) -> tuple[httpx.Response, list[str]]:
        """What the command was answered, and which of its pauses it came to."""
        stops = {one for one in ("listed", "repaired") if one in order}
        teller = Actor(self.decides_and_tells(*told), frozenset({*stops, COMMIT}))
        actor = Actor(command, frozenset(pauses))
        await self.stage.play(order, {one: actor if one in OURS else teller for one in order})
        assert teller.answer is None
        return actor.answer, actor.reached

    def make(self, payment: dict[str, Any]) -> Command:
        return lambda: self.desk.make(payment)

    def approve(self, payment: dict[str, Any]) -> Command:
        return lambda: self.desk.act(payment, "approve", self.people["approver"])

    def release(self, payment: dict[str, Any]) -> Command:
        return lambda: self.desk.act(payment, "release", self.people["finance"], REASON)

    async def stands(self, payment: dict[str, Any], status: str, order: Order) -> dict[str, Any]:
        """Returns the payment, of which state, holds, ledger and news tell the same."""
        after = await self.desk.payment(payment)
        assert after["status"] == status, order
        open_holds = [one for one in after["holds"] if not one.get("lifted_at")]
        assert bool(open_holds) == (status == "held"), order
        page = await self.desk.get("/v1/ledger", limit=200)
        own = [one for one in page["items"] if one["payment_id"] == payment["id"]]
        assert len(own) == (status == "made"), order
        return after


@pytest_asyncio.fixture
async def counter(
    desk: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Counter]:
    monkeypatch.setattr(peers, "ANSWER_SECONDS", 60)  # a step may take long on a busy machine
    await desk.budget()
    async with stage(desk.funding.runtime.settings.database_url) as found:
        made = Counter(desk, people, found)
        client = httpx.AsyncClient(
            transport=httpx.MockTransport(made.answer), base_url="http://credit-list.test"
        )
        desk.funding.runtime.peers = {"credit-list": client}
        yield made


def before(order: Order, one: str, other: str) -> bool:
    return order.index(one) < order.index(other)


async def test_a_payment_against_a_listing(counter: Counter) -> None:
    """Made, if it had the gate before the handler and its answer was prepared before the
    decision; then the handler comes behind it and holds nothing."""
    orders, paid = list(merges(LISTING, MAKE)), 0
    for order in orders:
        payment = await counter.desk.approved()
        answer, reached = await counter.meet(order, [listed(payment)], counter.make(payment), MAKE)
        first = before(order, "asked", "handled")
        made = first and before(order, "answered", "listed")
        assert answer.status_code == (200 if made else 409), order
        assert reached == (["asked", "answered"] if first else []), order
        await counter.stands(payment, "made" if made else "held", order)
        paid += made
    types = await counter.desk.types()
    assert types.count("payment.made") == paid
    assert types.count("payment.held") == len(orders) - paid
    assert types.count("measure.applied") == len(orders)
    assert await counter.desk.letters() == 0


async def test_a_payment_against_a_listing_that_is_repaired_before_it_is_told(
    counter: Counter,
) -> None:
    for order in merges(BRIEF, MAKE):
        payment = await counter.desk.approved()
        one = listed(payment)
        told = [one, repaired(one)]
        answer, _ = await counter.meet(order, told, counter.make(payment), MAKE)
        if not before(order, "asked", "handled"):
            assert answer.status_code == 412, order  # held and released meanwhile
        elif before(order, "listed", "answered") and before(order, "answered", "repaired"):
            assert answer.status_code == 409, order
        else:
            assert answer.status_code == 200, order
        made = answer.status_code == 200
        after = await counter.stands(payment, "made" if made else "approved", order)
        assert (await counter.desk.make(after)).status_code == (409 if made else 200), order


async def test_a_payment_without_a_usable_answer_against_a_listing(counter: Counter) -> None:
    unusable = cycle(UNUSABLE)
    for order in list(merges(LISTING, UNANSWERED)) * 2:
        payment = await counter.desk.approved()
        counter.unusable = next(unusable)
        make = counter.make(payment)
        answer, _ = await counter.meet(order, [listed(payment)], make, UNANSWERED)
        asked = before(order, "asked", "handled")
        assert answer.status_code == (503 if asked else 409), (order, counter.unusable)
        await counter.stands(payment, "held", order)


@ENDS
async def test_a_held_payment_against_the_end_of_the_listing(counter: Counter, end: End) -> None:
    """It is paid only after the release was handled, by whoever has seen the release."""
    for order in merges(NEWS, UNANSWERED):
        payment, one = await a_listed(counter, await counter.desk.approved())
        make = counter.make(payment)
        answer, reached = await counter.meet(order, [end(one)], make, UNANSWERED)
        first = before(order, "asked", "handled")
        assert (answer.status_code, reached) == (409 if first else 412, []), order
        after = await counter.stands(payment, "approved", order)
        assert (await counter.desk.make(after)).status_code == 200, order


async def test_an_approval_against_a_listing(counter: Counter) -> None:
    for order in merges(NEWS, ACT):
        payment = await counter.desk.proposed()
        told = ("listed", *order)
        approve = counter.approve(payment)
        answer, _ = await counter.meet(told, [listed(payment)], approve, [COMMIT])
        first = before(order, "written", "handled")
        assert answer.status_code == (200 if first else 409), order
        after = await counter.stands(payment, "held", order)
        assert after["approved_by"] == ("approver-1" if first else None), order


@ENDS
async def test_an_approval_against_the_end_of_the_listing(counter: Counter, end: End) -> None:
    for order in merges(NEWS, ACT):
        payment, one = await a_listed(counter, await counter.desk.proposed())
        answer, _ = await counter.meet(order, [end(one)], counter.approve(payment), [COMMIT])
        first = before(order, "written", "handled")
        assert answer.status_code == (409 if first else 412), order
        await counter.stands(payment, "proposed", order)


async def test_the_release_of_a_payment_held_by_hand_against_a_listing(counter: Counter) -> None:
    """Whoever comes first, the listing goes on holding."""
    for order in merges(NEWS, ACT):
        payment = await held_by_hand(counter, await counter.desk.approved())
        told = ("listed", *order)
        release = counter.release(payment)
        answer, _ = await counter.meet(told, [listed(payment)], release, [COMMIT])
        first = before(order, "written", "handled")
        assert answer.status_code == (200 if first else 412), order
        after = await counter.stands(payment, "held", order)
        again = await counter.desk.act(after, "release", counter.people["finance"], REASON)
        assert again.status_code == (409 if first else 200), order
        assert (await counter.desk.payment(payment))["status"] == "held", order


@ENDS
async def test_the_release_by_hand_against_the_end_of_the_listing(
    counter: Counter, end: End
) -> None:
    """The payment goes on when both reasons are gone."""
    for order in merges(NEWS, ACT):
        payment, one = await a_listed(counter, await counter.desk.approved())
        payment = await held_by_hand(counter, payment)
        answer, _ = await counter.meet(order, [end(one)], counter.release(payment), [COMMIT])
        first = before(order, "written", "handled")
        assert answer.status_code == (200 if first else 412), order
        await counter.stands(payment, "approved" if first else "held", order)


async def test_a_proposal_against_a_listing_and_against_its_end(counter: Counter) -> None:
    """What is proposed to a listed payee is held from its first moment; what was proposed before
    is held by the handler, and released by it."""
    for order in merges(NEWS, ACT):
        entitlement = await counter.desk.entitlement()
        body = {"entitlement_id": entitlement["id"]}

        async def propose(body: dict[str, Any] = body) -> httpx.Response:
            return await counter.desk.post("/v1/payments", counter.people["finance"], body)

        one = listed(entitlement)
        answer, _ = await counter.meet(("listed", *order), [one], propose, [COMMIT])
        assert answer.status_code == 201, order
        await counter.stands(answer.json(), "held", order)
        await counter.desk.tell(repaired(one))
        await counter.stands(answer.json(), "proposed", order)


async def a_listed(
    counter: Counter, payment: dict[str, Any]
) -> tuple[dict[str, Any], news.OrganizationListed]:
    """Held by a listing that was handled."""
    one = listed(payment)
    await counter.desk.tell(one)
    held = await counter.desk.payment(payment)
    assert held["status"] == "held"
    return held, one


async def held_by_hand(counter: Counter, payment: dict[str, Any]) -> dict[str, Any]:
    answer = await counter.desk.act(payment, "hold", counter.people["finance"], REASON)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_two_clicks_at_once_pay_once(desk: Any) -> None:
    await desk.budget()
    payment = await desk.approved()
    answers = await asyncio.gather(*(desk.make(payment) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await desk.get("/v1/ledger/summary"))["count"] == 1


async def test_many_at_once_end_held_or_paid(desk: Any) -> None:
    await desk.budget()
    payments = [await desk.approved() for _ in range(10)]
    await asyncio.gather(
        *(desk.make(payment) for payment in payments),
        desk.tell(*(listed(payment) for payment in reversed(payments))),
    )
    after = [(await desk.payment(payment))["status"] for payment in payments]
    assert set(after) <= {"made", "held"}
    summary = await desk.get("/v1/ledger/summary")
    assert summary["count"] == after.count("made")
    assert (await desk.types()).count("payment.held") == after.count("held")
    assert await desk.letters() == 0
