"""Funding under test: the service on a fresh database in September 2019, what other services tell
it, what credit-list answers, and the desk at which officials work."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from funding.app import DEFINITION
from funding.learned.events import GradeConfirmed, SiteRecognized
from liandong.clock import FixedClock
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import ServiceUnderTest, bearer, migrated, start
from liandong.transports.base import Batch, Delivery

SEPTEMBER_2019 = datetime(2019, 9, 20, 1, 0, tzinfo=UTC)

CLERK = bearer("clerk-1", Role.CLERK)
FINANCE = bearer("finance-1", Role.FINANCE)
FINANCE_2 = bearer("finance-2", Role.FINANCE)
APPROVER = bearer("approver-1", Role.APPROVER)


@dataclass
class CreditList:
    """What credit-list answers when it is asked; ``asked`` are the organisations."""

    status: int = 200
    answer: Any = field(default_factory=lambda: {"known": True, "payments_held": False})
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        whose = request.url.path.removeprefix("/v1/standings/")
        self.asked.append(whose)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, bytes):
            return httpx.Response(self.status, content=self.answer)
        of = {"organization_id": whose} if isinstance(self.answer, dict) else None
        return httpx.Response(self.status, json=of | self.answer if of else self.answer)


@pytest.fixture
def credit_list() -> CreditList:
    return CreditList()


@pytest_asyncio.fixture
async def funding(
    database_templates: DatabaseTemplates, credit_list: CreditList
) -> AsyncIterator[ServiceUnderTest]:
    url = await migrated(database_templates, DEFINITION)
    peer = httpx.AsyncClient(
        transport=httpx.MockTransport(credit_list), base_url="http://credit-list.test"
    )
    service = start(DEFINITION, url, clock=FixedClock(SEPTEMBER_2019), peers={"credit-list": peer})
    yield service
    await service.close()
    await database_templates.drop(url)


def a_site(kind: str = "service_station", **given: Any) -> SiteRecognized:
    return SiteRecognized(
        **{
            "site_id": uuid7(),
            "organization_id": uuid7(),
            "district": "340103",
            "kind": kind,
            "recognized_on": date(2019, 5, 6),
            **given,
        }
    )


def a_grade(grade: str = "3A", **given: Any) -> GradeConfirmed:
    return GradeConfirmed(
        **{
            "grade_id": uuid7(),
            "organization_id": uuid7(),
            "district": "340100",
            "grade": grade,
            "round": "2018",
            "confirmed_on": date(2018, 12, 3),
            **given,
        }
    )


@dataclass
class Desk:
    """Brings other services' events and does what officials do, one step per method."""

    funding: ServiceUnderTest
    _sequences: Counter[UUID] = field(default_factory=Counter)

    async def tell(self, *events: Event, size: int = 100) -> list[Delivery]:
        """Brings the events in batches through the real consumers."""
        deliveries = [self._delivery(event) for event in events]
        await self.redeliver(deliveries, size=size)
        return deliveries

    async def redeliver(self, deliveries: Sequence[Delivery], size: int = 100) -> None:
        for consumer in self.funding.runtime.consumers:
            own = [d for d in deliveries if d.attributes["type"] in consumer.group.by_type()]
            for first in range(0, len(own), size):
                await consumer.handle(Batch(own[first : first + size], None))

    def _delivery(self, event: Event) -> Delivery:
        self._sequences[event.subject] += 1
        envelope = Envelope(
            id=uuid7(),
            source=f"/liandong/{event.service()}",
            type=event.type,
            subject=str(event.subject),
            time=self.funding.clock.now(),
            key=event.key,
            sequence=self._sequences[event.subject],
            dataschema=event.dataschema(),
            payload=event.model_dump_json().encode(),
        )
        return Delivery(
            topic=event.topic(),
            lane="test",
            offset=str(envelope.id),
            key=envelope.key,
            attributes=envelope.attributes(),
            payload=envelope.payload,
        )

    async def get(self, path: str, headers: dict[str, str] = CLERK, **params: Any) -> Any:
        answer = await self.funding.client.get(path, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> httpx.Response:
        if version is not None:
            headers = headers | {"If-Match": f'"v{version}"'}
        return await self.funding.client.post(path, json=body, headers=headers)

    async def budget(
        self, amount_fen: int = 10_000_000_000, programme: str = "F3", **given: Any
    ) -> dict[str, Any]:
        """An approved budget line."""
        made = await self.post(
            "/v1/budgets",
            FINANCE,
            {
                "district": "340100",
                "programme": programme,
                "year": 2019,
                "funding_source": "finance",
                "amount_fen": amount_fen,
                **given,
            },
        )
        assert made.status_code == 201, made.text
        line = made.json()
        approved = await self.post(
            f"/v1/budgets/{line['id']}/approve", APPROVER, version=line["version"]
        )
        assert approved.status_code == 200, approved.text
        return approved.json()

    async def entitlement(self, **given: Any) -> dict[str, Any]:
        """An entitlement to the award of a service station, 100,000 元."""
        site = a_site(**given)
        await self.tell(site)
        page = await self.get("/v1/entitlements", organization_id=str(site.organization_id))
        return page["items"][-1]

    async def proposed(self, **given: Any) -> dict[str, Any]:
        entitlement = await self.entitlement(**given)
        made = await self.post("/v1/payments", FINANCE, {"entitlement_id": entitlement["id"]})
        assert made.status_code == 201, made.text
        return made.json()

    async def approved(self, **given: Any) -> dict[str, Any]:
        payment = await self.proposed(**given)
        answer = await self.act(payment, "approve", APPROVER)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def made(self, **given: Any) -> dict[str, Any]:
        answer = await self.make(await self.approved(**given))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def make(
        self, payment: dict[str, Any], headers: dict[str, str] = FINANCE_2
    ) -> httpx.Response:
        return await self.act(payment, "make", headers, {"bank_reference": "合财拨2019-12"})

    async def act(
        self,
        payment: dict[str, Any],
        action: str,
        headers: dict[str, str] = FINANCE,
        body: dict[str, Any] | None = None,
    ) -> httpx.Response:
        return await self.post(
            f"/v1/payments/{payment['id']}/{action}", headers, body, payment["version"]
        )

    async def payment(self, payment: dict[str, Any]) -> dict[str, Any]:
        return await self.get(f"/v1/payments/{payment['id']}")

    async def types(self) -> list[str]:
        """The facts published, oldest first, e.g. ``payment.held``."""
        return [
            event["type"].removeprefix("cn.liandong.funding.")
            for event in await self.funding.published()
        ]

    async def letters(self) -> int:
        """Events that were set aside; none should be."""
        async with self.funding.runtime.worker_engine.connect() as connection:
            found = await connection.scalar(text("SELECT count(*) FROM backbone.dead_letter"))
        return int(found or 0)


@pytest.fixture
def desk(funding: ServiceUnderTest) -> Desk:
    return Desk(funding)


@pytest.fixture
def people() -> dict[str, dict[str, str]]:
    return {
        "clerk": CLERK,
        "finance": FINANCE,
        "finance_2": FINANCE_2,
        "approver": APPROVER,
        "both": bearer("both-1", Role.FINANCE, Role.APPROVER),
        "elsewhere": bearer("finance-9", Role.FINANCE, Role.CLERK, district="340700"),
        "auditor": bearer("auditor-1", Role.AUDITOR),
    }


@pytest.fixture
def make_site() -> Any:
    return a_site


@pytest.fixture
def make_grade() -> Any:
    return a_grade
