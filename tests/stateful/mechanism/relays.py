"""Rules: relays that step, share, die, are cut off and overtake one another."""

from typing import Any

import asyncpg
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from liandong.db.engine import asyncpg_arguments
from liandong.db.unit_of_work import SHARDS
from liandong.events.relay import SHARD_LOCKS, Relay
from liandong.testing.services import eventually
from tests.stateful.mechanism.base import RELAYS, World
from tests.stateful.running import Ended, at, end

WHICH = st.integers(0, RELAYS - 1)
TAKES = st.one_of(st.none(), st.integers(0, 4))
SIZE = st.one_of(st.integers(1, 6), st.just(500))
POINTS = ("relay.after_claim", "relay.after_produce", "relay.after_feed")
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


def a_relay_is_cut_off(self: Any) -> bool:
    return bool(any(relay._connection is None for relay in self.relays))


class RelayRules(World):
    """Whatever they do, each event gets to the feed once; to the broker at least once."""

    async def _step(self, relay: Relay, *, size: int = 500, takes: int | None = None) -> None:
        """One batch, as ``Relay.run`` does it; shards that are free are taken at once."""
        relay.batch_size = size
        relay._next_lock_attempt = 0.0
        self.broker.takes = takes
        try:
            await relay.step()
        except LOST:
            await self._end(relay)

    async def _end(self, relay: Relay) -> None:
        """Returns when its database has noticed, so that the next relay finds the locks free."""
        connection = relay._connection
        if connection is not None:
            self._pid(connection)
            await relay.close()
            await self._until_gone(connection)

    async def _until_gone(self, connection: asyncpg.Connection) -> None:
        """Until both ends know that there is no connection any more."""
        pid = self._pid(connection)

        async def gone() -> bool:
            query = "SELECT 1 FROM pg_stat_activity WHERE pid = :pid"
            rows = await self.ask(self.source, query, pid=pid)
            return connection.is_closed() and not rows

        await eventually(gone)

    def _pid(self, connection: asyncpg.Connection) -> int:
        """Remembered, as a closed connection no longer knows."""
        if connection not in self.pids:
            self.pids[connection] = connection.get_server_pid()
        return self.pids[connection]

    async def begin(self) -> None:
        await super().begin()
        self.pids: dict[asyncpg.Connection, int] = {}

    @rule(which=WHICH, size=SIZE, takes=TAKES)
    def relay_some(self, which: int, size: int, takes: int | None) -> None:
        self.run(self._step(self.relays[which], size=size, takes=takes))

    @rule(which=WHICH, ending=st.sampled_from(POINTS), size=SIZE)
    def end_a_relay(self, which: int, ending: str, size: int) -> None:
        """The process ends at the point, if it gets there; another is started in its place."""
        relay = self.relays[which]

        async def step() -> None:
            try:
                with at(ending, end):
                    await self._step(relay, size=size)
            except Ended:
                assert relay._connection is not None
                self._pid(relay._connection)
                relay._connection.terminate()
            await self._end(relay)

        self.run(step())
        self.relays[which] = self.new_relay()

    @rule(which=WHICH)
    def stop_a_relay(self, which: int) -> None:
        self.run(self._end(self.relays[which]))

    @precondition(a_relay_is_cut_off)
    @rule(shards=st.sets(st.integers(0, SHARDS - 1), min_size=1))
    def start_a_relay_with_some_shards(self, shards: set[int]) -> None:
        """The other shards are owned elsewhere at the moment, and left free right after."""
        relay = next(relay for relay in self.relays if relay._connection is None)

        async def start() -> None:
            url = self.probes[0].runtime.settings.database_url
            elsewhere = await asyncpg.connect(**asyncpg_arguments(url))
            self._pid(elsewhere)
            for shard in set(range(SHARDS)) - shards:
                await elsewhere.execute("SELECT pg_try_advisory_lock($1, $2)", SHARD_LOCKS, shard)
            await self._step(relay)
            await elsewhere.close()
            await self._until_gone(elsewhere)
            assert set(relay.owned_shards) <= shards

        self.run(start())

    @rule(which=WHICH, other=WHICH, point=st.sampled_from(POINTS[:2]), size=SIZE)
    def overtake_a_relay(self, which: int, other: int, point: str, size: int) -> None:
        """It loses its connection in the middle of a batch, and another takes its shards and
        publishes before it goes on."""
        relay, second = self.relays[which], self.relays[other]

        async def overtake() -> None:
            connection = relay._connection
            assert connection is not None
            pid = self._pid(connection)
            await self.ask(self.source, "SELECT pg_terminate_backend(:pid)", pid=pid)
            await self._until_gone(connection)
            if second is not relay:
                await self._step(second)

        async def step() -> None:
            with at(point, overtake):
                await self._step(relay, size=size)

        self.run(step())
