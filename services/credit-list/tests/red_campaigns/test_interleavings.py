"""A yearly campaign proposes, publicises or confirms many at once, in every order of its steps with
those of somebody who lists, objects to or withdraws one of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from liandong.testing.interleaving import Actor, Order, Stage, merges, stage

Desk = Any
ORDERS = list(merges(("bulk written", "bulk kept"), ("one written", "one kept")))
CAMPAIGNS = "/v1/red-list-campaigns"
PROPOSALS = "/v1/red-list-proposals"
Act = Callable[[], Awaitable[httpx.Response]]
Rows = list[dict[str, Any]]


class Campaign:
    """A campaign with two candidates for each order: of the first of them something happens."""

    def __init__(self, desk: Desk, found: Stage) -> None:
        self.desk, self.stage = desk, found
        self.path = ""
        self.pairs: list[list[UUID]] = []
        self.cases: list[str] = []
        self.proposals: dict[UUID, str] = {}

    async def open(self) -> None:
        desk = self.desk
        numbers = iter(range(1, 100))
        for _ in ORDERS:
            self.pairs.append([await desk.an_organization(next(numbers)) for _ in range(2)])
            for one in self.pairs[-1]:
                await desk.a_grade(one)
        for first, _ in self.pairs:
            self.cases.append(await desk.a_case(first))
            assert (await desk.serve(self.cases[-1])).status_code == 200
        call = {"district": "340103", "year": 2019, "as_of": "2019-09-20"}
        made = await desk.act(CAMPAIGNS, call | {"applications_until": "2019-09-30"}, desk.clerk)
        assert made.status_code == 201, made.text
        self.path = f"{CAMPAIGNS}/{made.json()['id']}"
        await desk.pass_days(19)

    async def propose(self) -> None:
        everybody = [one for pair in self.pairs for one in pair]
        for row in (await (await self.proposing(everybody))()).json():
            self.proposals[UUID(row["id"])] = row["proposal_id"]

    async def publicise(self) -> None:
        assert (await (await self.publicising())()).status_code == 200
        await self.desk.pass_days(20)

    # What is raced: each is given the version that stands when it is prepared

    async def _bulk(self, step: str, who: Any, body: Any) -> Act:
        version = await self.desk.version(self.path)
        return lambda: self.desk.act(f"{self.path}/{step}", body, who, version)

    async def proposing(self, organizations: list[UUID]) -> Act:
        body = {"organization_ids": [str(one) for one in organizations], "reasons": "符合条件"}
        return await self._bulk("propose", self.desk.clerk, body)

    async def publicising(self) -> Act:
        return await self._bulk("publicise", self.desk.clerk, None)

    async def confirming(self, organizations: list[UUID]) -> Act:
        ids = [self.proposals[one] for one in organizations]
        body = {"proposal_ids": ids, "reasons": "公示无异议"}
        return await self._bulk("confirm", self.desk.other_approver, body)

    async def listing(self, case: str) -> Act:
        version = await self.desk.version(f"/v1/cases/{case}")
        return lambda: self.desk.decide(case, version=version)

    async def to_proposal(self, organization: UUID, step: str, body: Any) -> Act:
        path = f"{PROPOSALS}/{self.proposals[organization]}"
        version = await self.desk.version(path)
        return lambda: self.desk.act(f"{path}/{step}", body, self.desk.clerk, version)

    async def meet(self, order: Order, bulk: Act, one: Act) -> tuple[Any, Any]:
        many, single = Actor(bulk), Actor(one)
        steps = {step: many if step.startswith("bulk") else single for step in order}
        await self.stage.play(order, steps)
        return many.answer, single.answer

    async def lists(self, organization: UUID) -> list[str]:
        return [one["list"] for one in (await self.desk.standing(organization))["lists"]]


@pytest_asyncio.fixture
async def campaign(desk: Desk) -> AsyncIterator[Campaign]:
    async with stage(desk.service.runtime.settings.database_url) as found:
        made = Campaign(desk, found)
        await made.open()
        yield made


def done(answer: httpx.Response) -> list[bool]:
    assert answer.status_code == 200, answer.text
    return [row["done"] for row in answer.json()]


def bulk_first(order: Order) -> bool:
    return order[0].startswith("bulk")


async def test_a_confirmation_of_many_against_a_listing_of_one(campaign: Campaign) -> None:
    """Confirmed before, the listing ends the red entry; behind it that row is refused. The other
    candidate is confirmed in any case."""
    await campaign.propose()
    await campaign.publicise()
    for order, pair, case in zip(ORDERS, campaign.pairs, campaign.cases, strict=True):
        confirm, decide = await campaign.confirming(pair), await campaign.listing(case)
        confirmed, decided = await campaign.meet(order, confirm, decide)
        assert decided.status_code == 200, (order, decided.text)
        assert done(confirmed) == [bulk_first(order), True], (order, confirmed.text)
        assert await campaign.lists(pair[0]) == ["serious"], order
        assert await campaign.lists(pair[1]) == ["red"], order
    facts = await campaign.desk.facts()
    won = sum(map(bulk_first, ORDERS))
    assert facts.count("listed red") == len(ORDERS) + won
    assert facts.count("delisted red superseded") == won


async def test_a_proposal_of_many_against_a_listing_of_one(campaign: Campaign) -> None:
    for order, pair, case in zip(ORDERS, campaign.pairs, campaign.cases, strict=True):
        propose, decide = await campaign.proposing(pair), await campaign.listing(case)
        proposed, decided = await campaign.meet(order, propose, decide)
        assert decided.status_code == 200, order
        assert done(proposed) == [bulk_first(order), True], (order, proposed.text)
        assert await campaign.lists(pair[0]) == ["serious"], order
        if bulk_first(order):
            campaign.proposals[pair[0]] = proposed.json()[0]["proposal_id"]
    await campaign.publicise()
    barred = [*campaign.proposals]
    refused = await (await campaign.confirming(barred))()
    assert done(refused) == [False] * len(barred)


async def test_a_confirmation_of_many_against_an_objection_to_one(campaign: Campaign) -> None:
    await campaign.propose()
    await campaign.publicise()
    for order, pair in zip(ORDERS, campaign.pairs, strict=True):
        confirm = await campaign.confirming(pair)
        body = {"content": "服务对象投诉未处理"}
        object_to = await campaign.to_proposal(pair[0], "objections", body)
        confirmed, objected = await campaign.meet(order, confirm, object_to)
        first = bulk_first(order)
        assert done(confirmed) == [first, True], (order, confirmed.text)
        assert objected.is_success == (not first), (order, objected.text)
        assert await campaign.lists(pair[0]) == ["red"] * first, order


async def test_one_notice_for_many_against_the_withdrawal_of_one(campaign: Campaign) -> None:
    """What was withdrawn is not publicised, the other one is; who comes behind the notice has to
    look at it first."""
    for order, pair in zip(ORDERS, campaign.pairs, strict=True):
        rows = (await (await campaign.proposing(pair))()).json()
        campaign.proposals |= {UUID(row["id"]): row["proposal_id"] for row in rows}
        publicise = await campaign.publicising()
        withdraw = await campaign.to_proposal(pair[0], "withdraw", {"reasons": "推荐有误"})
        publicised, withdrawn = await campaign.meet(order, publicise, withdraw)
        gone = not bulk_first(order)
        assert publicised.status_code == 200, (order, publicised.text)
        assert withdrawn.status_code == (200 if gone else 412), (order, withdrawn.text)
        states = [
            (await campaign.desk.read(f"{PROPOSALS}/{campaign.proposals[one]}"))["status"]
            for one in pair
        ]
        assert states == ["withdrawn" if gone else "in_publicity", "in_publicity"], order
