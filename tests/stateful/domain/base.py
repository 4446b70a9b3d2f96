"""Three services on real databases, joined in the process and driven step by step."""

from bisect import bisect_right
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

import credit_list.app
import funding.app
import supply_demand.app
from liandong.clock import FixedClock
from liandong.db.engine import connect
from liandong.events.consumer import Consumer
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.identity.actors import Role
from liandong.ids import uuid7
from liandong.testing.services import ServiceUnderTest, bearer, migrated, start
from liandong.transports.base import Batch, Delivery
from liandong.transports.feed import FeedSource
from registry.organizations.events import OrganizationRegistered
from supply_demand.sites.events import SiteRecognized
from tests.stateful.domain.model import READERS, Model
from tests.stateful.domain.peer import Doubtful
from tests.stateful.running import Stateful

DEFINITIONS = {
    module.DEFINITION.name: module.DEFINITION
    for module in (credit_list.app, supply_demand.app, funding.app)
}
GROUPS = {"supply-demand": "supply-demand.learned", "funding": "funding.standing"}
CLERK = bearer("clerk-1", Role.CLERK)
APPROVER = bearer("approver-1", Role.APPROVER)
SECOND_APPROVER = bearer("approver-2", Role.APPROVER)
BUYER = bearer("buyer-1", Role.BUYER)
FINANCE = bearer("finance-1", Role.FINANCE)
SECOND_FINANCE = bearer("finance-2", Role.FINANCE)
LISTINGS = ".credit-list.organization."
"""What is in the type of every event about a listing."""
AWARD_FEN = 10_000_000
"""What a recognised service station is entitled to in Hefei."""


class World(Stateful):
    """The services, what was delivered to them, and how they are called."""

    async def begin(self) -> None:
        self.model = Model()
        self.clock = FixedClock(datetime(2019, 9, 16, 1, tzinfo=UTC))
        self.calls = 0
        self.urls = {n: await migrated(self.templates, d) for n, d in DEFINITIONS.items()}
        self.services: dict[str, ServiceUnderTest] = {}
        self.peer = Doubtful(lambda: self.services["credit-list"].app)
        for name in DEFINITIONS:
            self.start(name)
        self.batches: dict[str, list[Batch]] = {name: [] for name in READERS}
        self.places: list[int] = []
        for number in range(3):
            await self.entitle(await self.register(number))

    def start(self, name: str) -> None:
        """A new process of the service on the same database; it closes its own clients."""
        peer = httpx.AsyncClient(transport=self.peer, base_url="http://credit-list.test")
        self.services[name] = start(
            DEFINITIONS[name], self.urls[name], clock=self.clock, peers={"credit-list": peer}
        )

    async def close(self) -> None:
        for service in self.services.values():
            await service.close()
        for url in self.urls.values():
            await self.templates.drop(url)

    async def call(
        self, service: str, path: str, who: dict[str, str], body: Any = None, of: str = ""
    ) -> httpx.Response:
        """POST, with the present version of the row ``of`` a table, as ``table/id``. What
        succeeded is sent again now and then, and must be answered as before."""
        self.calls += 1
        headers = who | {"Idempotency-Key": f"key-{self.calls}"}
        if of:
            table, _, row = of.partition("/")
            found = await self.ask(service, f"SELECT version FROM {table} WHERE id = :id", id=row)
            headers["If-Match"] = f'"v{found[0].version}"'
        client = self.services[service].client
        answer = await client.post(path, json=body, headers=headers)
        if answer.is_success and self.calls % 3 == 0:
            again = await client.post(path, json=body, headers=headers)
            assert (again.status_code, again.json()) == (answer.status_code, answer.json())
        return answer

    async def ask(self, service: str, query: str, **given: Any) -> list[Any]:
        async with self.services[service].runtime.worker_engine.connect() as connection:
            return list((await connection.execute(text(query), given)).all())

    def consumer(self, name: str, group: str = "") -> Consumer:
        consumers = self.services[name].runtime.consumers
        return next(one for one in consumers if one.group.name == (group or GROUPS[name]))

    async def tell(self, event: Event, name: str, group: str) -> None:
        """Brings an event of a service that is not here."""
        envelope = Envelope(
            id=uuid7(),
            source=f"/liandong/{event.service()}",
            type=event.type,
            subject=str(event.subject),
            time=self.clock.now(),
            key=event.key,
            sequence=1,
            dataschema=event.dataschema(),
            payload=event.model_dump_json().encode(),
        )
        lane = event.service()
        delivery = Delivery(
            event.topic(), lane, "0", envelope.key, envelope.attributes(), envelope.payload
        )
        await self.consumer(name, group).handle(Batch([delivery], None))

    async def register(self, number: int) -> UUID:
        event = OrganizationRegistered(
            organization_id=uuid7(),
            kind="service_institution",
            status="active",
            name=f"合肥市阳光社会工作服务中心{number}",
            district="340103",
            registered_on=date(2015, 1, 1),
        )
        await self.tell(event, "credit-list", "credit-list.learned")
        await self.tell(event, "supply-demand", "supply-demand.learned")
        self.model.organizations.append(event.organization_id)
        return event.organization_id

    async def entitle(self, organization: UUID) -> None:
        """Recognises a service station of the organisation."""
        event = SiteRecognized(
            site_id=uuid7(),
            organization_id=organization,
            district="340103",
            kind="service_station",
            recognized_on=date(2019, 5, 6),
            rule_set="default",
        )
        await self.tell(event, "funding", "funding.awards")
        query = "SELECT id FROM entitlement WHERE cause_id = :cause"
        [row] = await self.ask("funding", query, cause=event.site_id)
        self.model.entitlements[str(row.id)] = organization

    @asynccontextmanager
    async def page(self, reader: str, size: int) -> AsyncIterator[tuple[FeedSource, Batch]]:
        """The next page of credit-list's feed as the reader would get it."""
        runtime = self.services[reader].runtime
        source = FeedSource(
            service="credit-list",
            group=GROUPS[reader],
            client=self.services["credit-list"].client,
            engine=runtime.worker_engine,
            connect=partial(connect, runtime.settings, "feed-place"),
            authorize=runtime.tokens.authorization,
            wait_seconds=0,
            batch_size=size,
        )
        try:
            batch = await anext(source.batches())
            assert batch.token is not None  # nobody else reads
            self.places = await self._places_of_listings()
            for one in batch.deliveries:
                if LISTINGS not in one.attributes["type"]:
                    continue  # grades and measures of the same service
                told = self.model.news[self.heard(int(one.offset)) - 1]
                assert one.attributes["subject"] == told.listing
                assert one.attributes["type"].endswith(told.fact)
            yield source, batch
        finally:
            await source.stop()

    async def _places_of_listings(self) -> list[int]:
        """Where in credit-list's feed somebody was listed or delisted."""
        query = "SELECT position FROM backbone.event_feed WHERE type LIKE :type ORDER BY position"
        rows = await self.ask("credit-list", query, type=f"%{LISTINGS}%")
        return [row.position for row in rows]

    def heard(self, position: int) -> int:
        """How much of the model's news lies up to the position."""
        return bisect_right(self.places, position)

    def organization(self, number: int) -> UUID:
        return self.model.organizations[number % len(self.model.organizations)]

    def as_organization(self, organization: UUID) -> dict[str, str]:
        return bearer(f"member-{organization}", Role.ORGANIZATION, organization_id=organization)

    def later(self, **delta: float) -> datetime:
        return self.clock.now() + timedelta(**delta)
