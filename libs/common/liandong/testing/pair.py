"""A probe and its mirror as real processes on real databases, for tests that kill them."""

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partialmethod
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from liandong.db.engine import asyncpg_arguments
from liandong.definition import ServiceDefinition
from liandong.embedded.ports import free_port
from liandong.events.envelope import kafka_headers
from liandong.events.letters import OPEN
from liandong.events.subscriptions import RetryPolicy
from liandong.ids import uuid7
from liandong.testing import probe as probes
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.processes import DefinitionFactory, Processes
from liandong.testing.services import ServiceUnderTest, an_actor, eventually, start
from liandong.testing.tally import Tally, Topic, take
from liandong.transports.kafka import partition_of
from liandong.transports.topics import ensure_topics

ACTOR = an_actor()
PATIENCE = 240.0
"""Seconds: the mirror's handler writes row by row, and a campaign gives it ten thousand events on
a machine that does other things as well."""
_LEFT = """
    SELECT (SELECT count(*) FROM backbone.outbox o WHERE NOT EXISTS (
               SELECT 1 FROM backbone.outbox_blocked b WHERE b.aggregateid = o.aggregateid))
"""
_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE $1
"""
_OPEN_LETTERS = """
    SELECT (SELECT count(*) FROM backbone.dead_letter
            WHERE status IN ('retrying', 'waiting', 'dead'))
         + (SELECT count(*) FROM backbone.held_key)
"""


def patient_mirror() -> ServiceDefinition:
    """Tries a failed event again, soon and for long."""
    return probes.mirror_definition(RetryPolicy(first_delay=0.02, longest_delay=0.2, attempts=1000))


def short_polled_mirror() -> ServiceDefinition:
    """The patient mirror, whose Kafka group gives up a member that is silent for two seconds.

    Changes its own process; asked in another, it only tells what it defines.
    """
    if multiprocessing.parent_process() is not None:
        from liandong.transports import kafka  # noqa: PLC0415 - not every platform has aiokafka

        kafka.KafkaSource.__init__ = partialmethod(  # type: ignore[method-assign]
            kafka.KafkaSource.__init__, max_poll_seconds=2.0, session_seconds=6.0
        )
    return patient_mirror()


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

    async def flood(self, things: int, changes: int, at_once: int = 20) -> list[UUID]:
        """As ``write``, quicker: one unit of work changes a thing ``at_once`` times."""
        made = [await self.make(0) for _ in range(things)]
        for first in range(1, changes + 1, at_once):
            values = range(first, min(first + at_once, changes + 1))
            await asyncio.gather(*(self._change_often(thing, values) for thing in made))
        return made

    async def _change_often(self, thing: UUID, values: Sequence[int]) -> None:
        async def work(uow: Any) -> None:
            await probes.change_often(uow, thing, values)

        await self.writer.runtime.commands.run(ACTOR, work)

    async def permit(self, thing: UUID) -> None:
        """Lets an event of the thing go on that waits for it in the mirror."""
        await self.fetch(self.mirror_database, "INSERT INTO permission VALUES ($1)", thing)

    async def cut(self, database: str, purpose: str = "%") -> int:
        """Ends connections to the database from outside, as a fail-over would; how many.

        ``purpose`` is api, worker or relay; the writer's are among those of the api.
        """
        return len(await self.fetch(database, _CUT, f"liandong-%-{purpose}"))

    async def inject(
        self, key: str, attributes: dict[str, Any], payload: bytes, partition: int | None = None
    ) -> str:
        """Puts a raw message on the wire, as no relay of ours would; its offset in its lane."""
        topic = self.topic
        if topic is None:
            [row] = await self.fetch(
                self.probe_database,
                "INSERT INTO backbone.event_feed (id, key, type, headers, payload)"
                " VALUES (gen_random_uuid(), $1, $2, $3, $4) RETURNING position",
                key,
                attributes.get("type", ""),
                json.dumps(attributes),
                payload,
            )
            return str(row["position"])
        async with AIOKafkaProducer(bootstrap_servers=topic.bootstrap) as producer:
            number = len(await producer.partitions_for(topic.name))
            sent = await producer.send_and_wait(
                topic.name,
                payload,
                key=key.encode(),
                headers=kafka_headers(attributes),
                partition=partition_of(key, number) if partition is None else partition,
            )
            return str(sent.offset)

    async def has_members(self, number: int) -> bool:
        """Whether the mirror's group on Kafka is at rest and has so many members; the feed, which
        one reads at a time, has no group."""
        if self.topic is None:
            return True
        admin = AIOKafkaAdminClient(bootstrap_servers=self.topic.bootstrap)
        await admin.start()
        try:
            name = self.settings["topic_prefix"] + "mirror.copy"
            [answer] = await admin.describe_consumer_groups([name])
            [[_, _, state, _, _, members, *_]] = vars(answer)["groups"]
            return (state, len(members)) == ("Stable", number)
        except GroupCoordinatorNotAvailableError:
            return False  # the first group of a broker waits for its place
        finally:
            await admin.close()

    async def values(self, thing: UUID) -> list[int]:
        """The values of a thing that had their effect in the mirror, in order."""
        rows = await self.fetch(
            self.mirror_database,
            "SELECT value FROM effect WHERE thing_id = $1 ORDER BY place",
            thing,
        )
        return [row["value"] for row in rows]

    async def letters(self, *statuses: str) -> list[asyncpg.Record]:
        """What the mirror has set aside, in the order in which it was; open ones unless told."""
        return await self.fetch(
            self.mirror_database,
            "SELECT * FROM backbone.dead_letter WHERE status = ANY($1) ORDER BY place",
            list(statuses or OPEN),
        )

    async def fetch(self, database: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(**asyncpg_arguments(database))
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def published(self, seconds: float = PATIENCE) -> None:
        """Returns when the outbox is empty, but for keys that the relay has blocked."""

        async def drained() -> bool:
            return (await self.fetch(self.probe_database, _LEFT))[0][0] == 0

        await eventually(drained, seconds)

    async def settled(self, seconds: float = PATIENCE) -> None:
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

    async def tally_of_published(self) -> Tally:
        """The count without the mirror, for a test of the way to the feed and the topic."""
        return await take(self.probe_database, None, self.topic)

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
