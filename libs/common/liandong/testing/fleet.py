"""The platform's services as real processes on real databases, for tests that kill them.

:func:`fleet` prepares; a test starts the processes it wants by :meth:`Fleet.service`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from liandong.clock import FixedClock, RehearsalClock
from liandong.contracts.definitions import definition_of
from liandong.db.engine import asyncpg_arguments
from liandong.definition import ServiceDefinition
from liandong.embedded.ports import free_port
from liandong.events.contract import Event
from liandong.events.envelope import Envelope
from liandong.ids import uuid7
from liandong.settings import SERVICES
from liandong.testing.insisting import Insisting
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import HOST, Child, Processes
from liandong.testing.services import ServiceUnderTest, eventually, migrated, start
from liandong.transports.base import Batch, Delivery
from liandong.transports.topics import ensure_topics

Prepared = Callable[[DatabaseTemplates, ServiceDefinition], Awaitable[str]]
_OPEN = """
    SELECT (SELECT count(*) FROM backbone.outbox)
         + (SELECT count(*) FROM backbone.dead_letter
            WHERE status IN ('retrying', 'waiting', 'dead'))
         + (SELECT count(*) FROM backbone.held_key)
"""


@dataclass
class Fleet:
    """What the processes of one test share. Addresses are fixed, so that a restart keeps them."""

    processes: Processes
    transport: str
    databases: dict[str, str]
    clock: RehearsalClock
    settings: dict[str, Any]
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    inside: dict[str, ServiceUnderTest] = field(default_factory=dict)
    """The same services in this process, with their databases: stand-ins for a worker."""
    _told: dict[UUID, int] = field(default_factory=dict)

    @property
    def urls(self) -> dict[str, str]:
        return {name: f"http://{HOST}:{port}" for name, port in self.ports.items()}

    def service(
        self, name: str, mode: str = "all", *, other_port: bool = False, **settings: Any
    ) -> Child:
        """A process of the service, not yet started; the others find it at its usual port."""
        return self.processes.service(
            partial(definition_of, name),
            database_url=self.databases[name],
            urls=self.urls,
            mode=mode,
            port=0 if other_port else self.ports[name],
            **{**self.settings, **settings},
        )

    @asynccontextmanager
    async def client(self, name: str, *urls: str) -> AsyncIterator[httpx.AsyncClient]:
        """Insists on an answer of the service, or of its replicas at ``urls``."""
        transport = Insisting(urls)
        async with httpx.AsyncClient(
            base_url=self.urls[name], transport=transport, timeout=30
        ) as client:
            yield client

    def move_to(self, at: datetime) -> None:
        """Makes it the present instant of every process."""
        self.clock.set(at)
        for service in self.inside.values():
            service.clock.set(at)

    async def fetch(self, name: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**asyncpg_arguments(self.databases[name]))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def tell(self, name: str, *events: Event) -> None:
        """Brings other services' events to the service by its real consumers, within the test."""
        service = self.inside[name]
        for consumer in service.runtime.consumers:
            wanted = [one for one in events if one.type in consumer.group.by_type()]
            for first in range(0, len(wanted), 100):
                deliveries = [self._delivery(one, service) for one in wanted[first : first + 100]]
                await consumer.handle(Batch(deliveries, None))

    def _delivery(self, event: Event, service: ServiceUnderTest) -> Delivery:
        self._told[event.subject] = self._told.get(event.subject, 0) + 1
        envelope = Envelope(
            id=uuid7(),
            source=f"/liandong/{event.service()}",
            type=event.type,
            subject=str(event.subject),
            time=service.clock.now(),
            key=event.key,
            sequence=self._told[event.subject],
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

    async def quiet(self, seconds: float = 90) -> None:
        """Returns when every outbox is drained, nothing is set aside, and every event that a
        group of the fleet reads has had its effect there."""

        async def at_rest() -> bool:
            for name in self.databases:
                if (await self.fetch(name, _OPEN))[0][0]:
                    return False
            return not await self.unhandled()

        await eventually(at_rest, seconds)

    async def unhandled(self) -> list[tuple[str, UUID]]:
        """Events that were published here and not handled by a group that reads them."""
        found: list[tuple[str, UUID]] = []
        for name in self.databases:
            for group in definition_of(name).groups:
                rows = await self.fetch(
                    name,
                    "SELECT event_id FROM backbone.inbox WHERE consumer_group = $1",
                    group.name,
                )
                handled = {row["event_id"] for row in rows}
                for source in group.services():
                    if source in self.databases:
                        published = await self._published(source, sorted(group.by_type()))
                        found += [(group.name, one) for one in published if one not in handled]
        return found

    async def _published(self, name: str, types: Sequence[str]) -> list[UUID]:
        query = "SELECT id FROM backbone.event_feed WHERE type = ANY($1) ORDER BY position"
        return [row["id"] for row in await self.fetch(name, query, types)]


@asynccontextmanager
async def fleet(
    templates: DatabaseTemplates,
    folder: Path,
    transport: str,
    kafka_bootstrap: str,
    at: datetime,
    services: Sequence[str] = SERVICES,
    *,
    prepared: Prepared = migrated,
    **settings: Any,
) -> AsyncIterator[Fleet]:
    """Databases, issuer, clock and topics of the services; no process of theirs runs yet.

    ``prepared`` makes the database of a service: migrated, unless told."""
    clock_file = folder / "clock.json"
    clock = RehearsalClock(clock_file)
    clock.set(at)
    given: dict[str, Any] = {"rehearsal_clock_file": str(clock_file), **settings}
    if transport == "kafka":
        prefix = f"t{uuid7().hex}."
        await ensure_topics(kafka_bootstrap, [f"{prefix}liandong.{one}" for one in SERVICES], 3)
        given |= {
            "transport": "kafka",
            "kafka_bootstrap_servers": kafka_bootstrap,
            "topic_prefix": prefix,
        }
    async with AsyncExitStack() as stack:
        found = Fleet(Processes(folder), transport, {}, clock, given)
        for name in services:
            definition: ServiceDefinition = definition_of(name)
            url = await prepared(templates, definition)
            stack.push_async_callback(templates.drop, url)
            found.databases[name] = url
            prefix = given.get("topic_prefix", "")
            within = start(definition, url, clock=FixedClock(at), topic_prefix=prefix)
            stack.push_async_callback(within.close)
            found.inside[name] = within
        stack.callback(found.processes.close)  # before their databases go
        found.processes.issuer(SERVICES)
        await found.processes.issuer_ready()
        yield found
