"""A probe and its mirror as real processes on real databases, for tests that kill them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from liandong.db.engine import asyncpg_arguments
from liandong.definition import ServiceDefinition
from liandong.events.subscriptions import RetryPolicy
from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import DefinitionFactory, Processes, free_port
from liandong.testing.services import ServiceUnderTest, an_actor, eventually, start
from liandong.testing.tally import Tally, Topic, take
from liandong.transports.topics import ensure_topics

ACTOR = an_actor()
_LEFT = """
    SELECT (SELECT count(*) FROM backbone.outbox o WHERE NOT EXISTS (
               SELECT 1 FROM backbone.outbox_blocked b WHERE b.aggregateid = o.aggregateid))
"""
_OPEN_LETTERS = """
    SELECT (SELECT count(*) FROM backbone.dead_letter
            WHERE status IN ('retrying', 'waiting', 'dead'))
         + (SELECT count(*) FROM backbone.held_key)
"""


def patient_mirror() -> ServiceDefinition:
    """Tries a failed event again, soon and for long."""
    return probes.mirror_definition(RetryPolicy(first_delay=0.02, longest_delay=0.2, attempts=1000))


@dataclass
class Pair:
    """Both services of one test; made by :func:`pair`. ``writer`` is a third process's stand-in:
    it commits to the probe's database from within the test."""

    processes: Processes
    transport: str
    probe_database: str
    mirror_database: str
    settings: dict[str, Any]
    writer: ServiceUnderTest
    probe_port: int = field(default_factory=free_port)

    @property
    def topic(self) -> Topic | None:
        if self.transport == "feed":
            return None
        prefix = self.settings["topic_prefix"]
        return Topic(self.settings["kafka_bootstrap_servers"], f"{prefix}liandong.probe")

    @property
    def probe_url(self) -> str:
        return f"http://127.0.0.1:{self.probe_port}"

    def probe(self, mode: str = "all", *, other_port: bool = False, **settings: Any):
        """A process of the probe. The mirror reads the feed of the one on the usual port."""
        return self.processes.service(
            probes.probe_definition,
            database_url=self.probe_database,
            urls={"probe": self.probe_url},
            mode=mode,
            port=0 if other_port else self.probe_port,
            **{**self.settings, **settings},
        )

    def mirror(
        self, mode: str = "worker", *, factory: DefinitionFactory = patient_mirror, **settings: Any
    ):
        return self.processes.service(
            factory,
            database_url=self.mirror_database,
            urls={"probe": self.probe_url},
            mode=mode,
            **{**self.settings, **settings},
        )

    @asynccontextmanager
    async def client(self, url: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A clerk at the probe's interface."""
        headers = self.processes.bearer("clerk-1", "clerk")
        async with httpx.AsyncClient(
            base_url=url or self.probe_url, headers=headers, timeout=30
        ) as client:
            yield client

    async def make(self, value: int = 1, padding: str = "") -> UUID:
        async with self.writer.runtime.commands.begin(ACTOR) as uow:
            return (await probes.make(uow, value, padding)).id

    async def change(self, thing: UUID, value: int) -> None:
        async def work(uow: Any) -> None:
            await probes.change(uow, thing, value)

        await self.writer.runtime.commands.run(ACTOR, work)

    async def write(self, things: int, changes: int) -> list[UUID]:
        """Makes things and changes each of them so often, all at once."""
        made = [await self.make(0) for _ in range(things)]
        for value in range(1, changes + 1):
            await asyncio.gather(*(self.change(thing, value) for thing in made))
        return made

    async def fetch(self, database: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**asyncpg_arguments(database))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def published(self, seconds: float = 60) -> None:
        """Returns when the outbox is empty, but for keys that the relay has blocked."""

        async def drained() -> bool:
            return (await self.fetch(self.probe_database, _LEFT))[0][0] == 0

        await eventually(drained, seconds)

    async def settled(self, seconds: float = 60) -> None:
        """Returns when everything is published, everything has its effect, nothing is set aside."""
        await self.published(seconds)
        committed = (
            await self.fetch(self.probe_database, "SELECT coalesce(sum(version), 0) FROM thing")
        )[0][0]

        async def done() -> bool:
            effects = await self.fetch(self.mirror_database, "SELECT count(*) FROM effect")
            letters = await self.fetch(self.mirror_database, _OPEN_LETTERS)
            return effects[0][0] >= committed and letters[0][0] == 0

        await eventually(done, seconds)

    async def tally(self, **given: Any) -> Tally:
        return await take(self.probe_database, self.mirror_database, self.topic, **given)


@asynccontextmanager
async def pair(
    templates: DatabaseTemplates,
    folder: Path,
    transport: str,
    kafka_bootstrap: str = "",
    *,
    partitions: int = 3,
    **settings: Any,
) -> AsyncIterator[Pair]:
    """Databases, issuer and topic of a probe and a mirror; no process of theirs runs yet."""
    given: dict[str, Any] = dict(settings)
    if transport == "kafka":
        prefix = f"t{uuid7().hex}."
        await ensure_topics(kafka_bootstrap, [f"{prefix}liandong.probe"], partitions)
        given |= {
            "transport": "kafka",
            "kafka_bootstrap_servers": kafka_bootstrap,
            "topic_prefix": prefix,
        }
    probe_database = await probes.database_for(templates, probes.PROBE)
    mirror_database = await probes.database_for(templates, patient_mirror())
    writer = start(probes.PROBE, probe_database, topic_prefix=given.get("topic_prefix", ""))
    processes = Processes(folder)
    processes.issuer(["probe", "mirror"])
    try:
        await processes.issuer_ready()
        yield Pair(processes, transport, probe_database, mirror_database, given, writer)
    finally:
        processes.close()
        await writer.close()
        await templates.drop(probe_database)
        await templates.drop(mirror_database)
