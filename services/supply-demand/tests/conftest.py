"""Supply-demand under test: ``town`` is the running service, with the people who use it."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import text

from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer, eventually, migrated, start
from liandong.transports.base import Batch, Delivery
from liandong.values.credit_code import make
from supply_demand.app import DEFINITION
from supply_demand.learned import events as news

CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
BUYER = bearer("buyer-1", Role.BUYER)
COMMUNITY = bearer("community-1", Role.COMMUNITY, district="340103001001")

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@dataclass
class CreditList:
    """Stands in for the credit-list service; ``answer`` is what it says of everybody."""

    answer: Any = None
    status: int = 200
    asked: list[str] = field(default_factory=list)
    before_answer: Any = None

    def __post_init__(self) -> None:
        self.answer = {"known": True, "barred_from_bids": False}

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.before_answer is not None:
            await self.before_answer()
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, bytes):
            return httpx.Response(self.status, content=self.answer)
        whose = request.url.path.removeprefix("/v1/standings/")
        of = {"organization_id": whose} if isinstance(self.answer, dict) else None
        return httpx.Response(self.status, json=of | self.answer if of else self.answer)


@dataclass
class Town:
    """The service, and short ways to do what its users do."""

    service: ServiceUnderTest
    credit_list: CreditList
    clerk: dict[str, str] = field(default_factory=lambda: CLERK)
    approver: dict[str, str] = field(default_factory=lambda: APPROVER)
    buyer: dict[str, str] = field(default_factory=lambda: BUYER)
    community: dict[str, str] = field(default_factory=lambda: COMMUNITY)
    _versions: Counter[UUID] = field(default_factory=Counter)
    _numbers: int = 0

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    @property
    def now(self) -> datetime:
        return self.service.clock.now()

    def pass_time(self, **delta: float) -> None:
        self.service.clock.advance(timedelta(**delta))

    def envelope(self, event: Event, sequence: int | None = None) -> Envelope:
        self._versions[event.subject] += 1
        return Envelope(
            id=uuid7(),
            source=f"/liandong/{event.service()}",
            type=event.type,
            subject=str(event.subject),
            time=self.now,
            key=event.key,
            sequence=sequence or self._versions[event.subject],
            dataschema=event.dataschema(),
            payload=event.model_dump_json().encode(),
        )

    async def deliver(self, *envelopes: Envelope) -> None:
        """Hands messages to the real consumer, as a transport would."""
        deliveries = [
            Delivery(
                topic="feed",
                lane=one.source,
                offset=str(number),
                key=one.key,
                attributes=one.attributes(),
                payload=one.payload,
            )
            for number, one in enumerate(envelopes)
        ]
        await self.service.runtime.consumers[0].handle(Batch(deliveries=deliveries, token=None))

    async def learn(self, *events: Event) -> list[UUID]:
        envelopes = [self.envelope(event) for event in events]
        await self.deliver(*envelopes)
        return [one.id for one in envelopes]

    def organization(self, **given: Any) -> dict[str, Any]:
        """The facts of an organisation as the registry publishes them."""
        self._numbers += 1
        return {
            "organization_id": uuid7(),
            "kind": "service_institution",
            "status": "active",
            "name": f"合肥市庐阳区阳光社会工作服务中心{self._numbers}",
            "credit_code": make("52", "340103", f"XN{self._numbers:06}"),
            "district": "340103",
            **given,
        }

    async def an_organization(self, **given: Any) -> UUID:
        facts = self.organization(**given)
        await self.learn(news.OrganizationRegistered(**facts))
        return facts["organization_id"]

    async def list_(
        self, organization_id: UUID, kind: str = "serious", *measures: str
    ) -> news.OrganizationListed:
        event = news.OrganizationListed(
            listing_id=uuid7(),
            organization_id=organization_id,
            list=kind,
            listed_on=date(2026, 3, 2),
            measures=measures or (("bar-bids",) if kind == "serious" else ()),
        )
        await self.learn(event)
        return event

    async def repair(self, listed: news.OrganizationListed) -> None:
        await self.learn(
            news.OrganizationDelisted(
                listing_id=listed.listing_id,
                organization_id=listed.organization_id,
                list=listed.list,
                reason="repaired",
                delisted_on=date(2026, 3, 3),
            )
        )

    def of(self, organization_id: UUID) -> dict[str, str]:
        """The token of somebody of the organisation."""
        return bearer(
            f"member-{organization_id}", Role.ORGANIZATION, organization_id=organization_id
        )

    async def post(
        self, path: str, who: dict[str, str], body: Any = None, version: int | None = None
    ) -> httpx.Response:
        headers = who | ({} if version is None else {"If-Match": f'"v{version}"'})
        return await self.client.post(path, json=body, headers=headers)

    async def made(
        self, path: str, who: dict[str, str], body: Any = None, version: int | None = None
    ) -> dict[str, Any]:
        """As ``post``, for what must succeed."""
        answer = await self.post(path, who, body, version)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def read(self, path: str, who: dict[str, str] | None = None) -> dict[str, Any]:
        answer = await self.client.get(path, headers=who or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def a_demand(self, *, publish: bool = True, **given: Any) -> dict[str, Any]:
        body = {
            "title": "独居老人助餐服务",
            "service_class": "elderly-care",
            "beneficiary_group": "elderly",
            "headcount": 120,
            "district": "340103001001",
            "budget_fen": 20_000_000,
            "deadline": "2026-06-30",
            "description": "每日午餐",
            **given,
        }
        demand = await self.made("/v1/demands", self.community, body)
        if publish:
            path = f"/v1/demands/{demand['id']}/publish"
            demand = await self.made(path, self.community, version=demand["version"])
        return demand

    async def an_offer(
        self, organization_id: UUID, *, publish: bool = True, **given: Any
    ) -> dict[str, Any]:
        body = {
            "title": "社区助餐",
            "service_class": "elderly-care",
            "districts": ["340103"],
            "capacity": 200,
            **given,
        }
        who = self.of(organization_id)
        offer = await self.made("/v1/offers", who, body)
        if publish:
            path = f"/v1/offers/{offer['id']}/publish"
            offer = await self.made(path, who, version=offer["version"])
        return offer

    async def an_open_fair(self, district: str = "340100") -> dict[str, Any]:
        body = {"title": "第一届供需对接会", "district": district, "held_on": "2026-03-10"}
        fair = await self.made("/v1/fairs", self.clerk, body)
        return await self.made(f"/v1/fairs/{fair['id']}/open", self.clerk, version=fair["version"])

    def tender_body(self, **given: Any) -> dict[str, Any]:
        return {
            "title": "独居老人助餐服务采购",
            "district": "340103",
            "method": "open",
            "budget_fen": 20_000_000,
            "closes_at": "2026-03-31T09:00:00+08:00",
            "term_months": 12,
            **given,
        }

    async def a_tender(self, *, publish: bool = True, **given: Any) -> dict[str, Any]:
        body = {**self.tender_body(), **given}
        tender = await self.made("/v1/tenders", self.buyer, body)
        if publish:
            path = f"/v1/tenders/{tender['id']}/publish"
            tender = await self.made(path, self.buyer, version=tender["version"])
        return tender

    async def bid(
        self, tender: dict[str, Any], organization_id: UUID, amount_fen: int = 18_000_000
    ) -> httpx.Response:
        return await self.post(
            f"/v1/tenders/{tender['id']}/bids",
            self.of(organization_id),
            {"amount_fen": amount_fen, "plan": "服务方案"},
        )

    async def a_bid(
        self, tender: dict[str, Any], organization_id: UUID, amount_fen: int = 18_000_000
    ) -> dict[str, Any]:
        answer = await self.bid(tender, organization_id, amount_fen)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def close(self, tender: dict[str, Any]) -> dict[str, Any]:
        """Lets the time to bid run out."""
        closes = datetime.fromisoformat(tender["closes_at"]).astimezone(UTC)
        self.service.clock.set(closes)
        await self.service.settle()
        return await self.read(f"/v1/tenders/{tender['id']}")

    async def award(self, tender: dict[str, Any], bid: dict[str, Any]) -> httpx.Response:
        return await self.post(
            f"/v1/tenders/{tender['id']}/award",
            self.approver,
            {"bid_id": bid["id"], "reason": "综合评分第一"},
            tender["version"],
        )

    async def someone_waits(self) -> None:
        """Returns when a transaction of this database waits for a lock."""

        async def waiting() -> int | None:
            async with self.service.runtime.read_engine.connect() as connection:
                return await connection.scalar(_WAITING)

        await eventually(waiting)

    async def published(self, fact: str = "") -> list[dict[str, Any]]:
        """Published events, those of the one fact if given, such as ``bid.disqualified``."""
        return [event for event in await self.service.published() if event["type"].endswith(fact)]


@pytest_asyncio.fixture
async def town(database_templates: DatabaseTemplates) -> AsyncIterator[Town]:
    url = await migrated(database_templates, DEFINITION)
    credit_list = CreditList()
    peer = httpx.AsyncClient(
        transport=httpx.MockTransport(credit_list.handle), base_url="http://credit-list.test"
    )
    service = start(DEFINITION, url, peers={"credit-list": peer})
    yield Town(service, credit_list)
    await service.close()
    await database_templates.drop(url)
