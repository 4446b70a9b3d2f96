"""The world of the mechanism: the probe twice on one database, a broker, the mirror's database."""

from itertools import count
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.clock import FixedClock
from liandong.events.consumer import Consumer
from liandong.events.letters import Letters
from liandong.events.relay import Relay
from liandong.events.subscriptions import RetryPolicy
from liandong.identity.actors import Role
from liandong.testing import probe
from liandong.testing.probe import PROBE, database_for, mirror_definition
from liandong.testing.services import START, an_actor, start
from tests.stateful.broker import LANES, Broker
from tests.stateful.mechanism.model import Model
from tests.stateful.running import Stateful

ADMIN = an_actor("admin-1", Role.SYSTEM_ADMIN)
THINGS = UUID("7468696e-6773-4f00-8000-000000000000")
RELAYS = 3
# No delay: whether a retry comes soon or late is chosen by the machine, not by the clock.
PATIENCE = RetryPolicy(first_delay=0, longest_delay=0, attempts=3, halt_after=3)


class World(Stateful):
    """Everything that the rules act on."""

    async def begin(self) -> None:
        # A thing's shard and lane follow from its id: in a repetition they must be the same.
        numbers = count()
        self._ids, probe.uuid7 = probe.uuid7, lambda: uuid5(THINGS, str(next(numbers)))
        self.model = Model()
        self.clock = FixedClock(START)
        self.broker = Broker()
        self.position = dict.fromkeys(LANES, 0)
        probe_url = await database_for(self.templates, PROBE)
        mirror = mirror_definition(PATIENCE)
        mirror_url = await database_for(self.templates, mirror)
        self.urls = [probe_url, mirror_url]
        self.probes = [start(PROBE, probe_url, clock=self.clock) for _ in range(2)]
        self.mirror = start(mirror, mirror_url, clock=self.clock)
        self.relays = [self.new_relay() for _ in range(RELAYS)]
        self.consumer = self.new_consumer()

    async def close(self) -> None:
        probe.uuid7 = self._ids
        for relay in self.relays:
            await relay.close()
        for service in (*self.probes, self.mirror):
            await service.close()
        for url in self.urls:
            await self.templates.drop(url)

    def new_relay(self) -> Relay:
        return Relay(self.probes[0].runtime.settings, self.broker)

    def new_consumer(self) -> Consumer:
        """A consumer that remembers nothing of the one before."""
        runtime = self.mirror.runtime
        return Consumer(runtime.definition.groups[0], runtime.work)

    @property
    def letters(self) -> Letters:
        return Letters(self.consumer)

    @property
    def source(self) -> AsyncEngine:
        """The probe's database."""
        return self.probes[0].runtime.worker_engine

    @property
    def target(self) -> AsyncEngine:
        """The mirror's database."""
        return self.mirror.runtime.worker_engine

    async def ask(self, engine: AsyncEngine, query: str, **given: Any) -> list[Any]:
        async with engine.connect() as connection:
            return list((await connection.execute(text(query), given)).all())

    def named(self, number: int) -> UUID:
        """One of the things, whatever the number."""
        things = list(self.model.things)
        return things[number % len(things)]
