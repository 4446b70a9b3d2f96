"""Rules: the mirror's consumer reads, reads again, ends, is replaced; letters are worked on."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text

from liandong.events.consumer import Consumer, ConsumerHalted
from liandong.events.letters import list_letters
from liandong.transports.base import Batch, Delivery
from tests.stateful.broker import LANES
from tests.stateful.mechanism.base import ADMIN
from tests.stateful.mechanism.relays import RelayRules
from tests.stateful.running import Beside, Ended, at, end

LANE = st.sampled_from([(one,) for one in LANES] + [LANES])
"""A batch is of one lane or of both."""
BACK = st.one_of(st.just(0), st.integers(0, 40))
SIZE = st.integers(1, 8)
POINTS = ("consumer.after_marker", "consumer.before_commit", "consumer.after_commit")
SOME = st.integers(0, 30)


def something_is_there(self: Any) -> bool:
    return bool(self.model.things)


class ReaderRules(RelayRules):
    """Deliveries keep their lane's order; how far back a delivery begins is anybody's guess."""

    def _batch(self, lanes: Sequence[str], back: int, size: int) -> Batch:
        found: list[Delivery] = []
        for lane in lanes:
            first = max(0, self.position[lane] - back)
            found += self.broker.lanes[lane][first : first + size]
        return Batch(found, None)

    def _next(self, lanes: Sequence[str], back: int, size: int) -> Batch:
        """What is to be read; a relay works first when nothing is."""
        if all(self.position[lane] == len(self.broker.lanes[lane]) for lane in lanes):
            self.run(self._step(self.relays[0]))
        return self._batch(lanes, back, size)

    def _read(self, batch: Batch) -> None:
        """The batch is dealt with: the lane goes on behind it."""
        for one in batch.deliveries:
            self.position[one.lane] = max(self.position[one.lane], int(one.offset) + 1)

    def _suspect(self, batch: Batch) -> None:
        self.model.suspects |= {UUID(one.attributes["id"]) for one in batch.deliveries}

    async def _handle(self, consumer: Consumer, batch: Batch) -> None:
        """Until it is dealt with; a group that halts is started anew by a person."""
        while True:
            try:
                await consumer.handle(batch)
            except ConsumerHalted:
                self.consumer = consumer = self.new_consumer()
                continue
            self._read(batch)
            return

    @rule(lanes=LANE, back=BACK, size=SIZE)
    def deliver(self, lanes: Sequence[str], back: int, size: int) -> None:
        self.run(self._handle(self.consumer, self._next(lanes, back, size)))

    @rule(back=BACK)
    def deliver_everything(self, back: int) -> None:
        for lane in LANES:
            batch = self._next([lane], back, len(self.broker.lanes[lane]))
            self.run(self._handle(self.consumer, batch))

    @rule(lanes=LANE, back=BACK, size=SIZE, point=st.sampled_from(POINTS), times=st.integers(1, 3))
    def end_the_consumer(
        self, lanes: Sequence[str], back: int, size: int, point: str, times: int
    ) -> None:
        """The process ends at the point, if it gets there; a new one remembers nothing."""
        batch = self._next(lanes, back, size)

        async def read() -> None:
            try:
                with at(point, end, times):
                    await self._handle(self.consumer, batch)
            except Ended:
                self._suspect(batch)

        self.run(read())
        self.consumer = self.new_consumer()

    @rule(lanes=LANE, back=BACK, size=SIZE, point=st.sampled_from(POINTS), times=st.integers(1, 2))
    def stop_the_consumer(
        self, lanes: Sequence[str], back: int, size: int, point: str, times: int
    ) -> None:
        """Cancelled at the point: nobody may be suspected afterwards."""
        batch = self._next(lanes, back, size)

        async def cancel() -> None:
            task.cancel()
            await asyncio.sleep(0)

        async def read() -> None:
            nonlocal task
            with at(point, cancel, times):
                task = asyncio.create_task(self._handle(self.consumer, batch))
                await asyncio.gather(task, return_exceptions=True)
            if not task.cancelled():
                task.result()

        task: asyncio.Task[None]
        self.run(read())
        self.consumer = self.new_consumer()

    @rule(lanes=LANE, back=BACK, size=SIZE, second=BACK, point=st.sampled_from(POINTS))
    def two_consumers(
        self, lanes: Sequence[str], back: int, size: int, second: int, point: str
    ) -> None:
        """As after a rebalance: another reads the same lane while the first is not done."""
        batch, other = self._next(lanes, back, size), self._next(lanes, second, size)
        beside = Beside(self.target, lambda: self._handle(self.new_consumer(), other))

        async def read() -> None:
            with at(point, beside.begin):
                await self._handle(self.consumer, batch)
            await beside.finish()

        if point == "consumer.after_marker":
            # Between its marker and its turn a living reader may be taken for a dead one.
            self._suspect(batch)
            self._suspect(other)
        self.run(read())

    @rule(cut=st.sampled_from([None, None, "command.before_commit", "command.after_commit"]))
    def retry_letters(self, cut: str | None) -> None:
        async def retry() -> None:
            try:
                with at(cut, end):
                    await self.letters.retry_due()
            except Ended:
                self.consumer = self.new_consumer()

        self.run(retry())

    @rule(lanes=LANE, back=BACK, size=SIZE)
    def retry_letters_while_reading(self, lanes: Sequence[str], back: int, size: int) -> None:
        """A letter is driven; the live consumer comes with later events of the key."""
        batch = self._next(lanes, back, size)
        beside = Beside(self.target, lambda: self._handle(self.consumer, batch))

        async def retry() -> None:
            with at("command.before_commit", beside.begin):
                await self.letters.retry_due()
            await beside.finish()

        self.run(retry())

    @rule()
    def forget_old_deliveries(self) -> None:
        """Housekeeping drops the inbox after some months; what comes again later is out of date."""

        async def forget() -> None:
            statement = "DELETE FROM backbone.inbox WHERE CAST(event_id AS text) IN (TABLE done)"
            done = "WITH done AS (SELECT event_id FROM effect) "
            async with self.target.begin() as connection:
                await connection.execute(text(done + statement))

        self.run(forget())

    @precondition(something_is_there)
    @rule(number=SOME)
    def permit(self, number: int) -> None:
        self.run(self.permit_thing(self.named(number)))

    async def permit_thing(self, thing: UUID) -> None:
        statement = text("INSERT INTO permission VALUES (:id) ON CONFLICT DO NOTHING")
        async with self.target.begin() as connection:
            await connection.execute(statement, {"id": thing})

    @precondition(something_is_there)
    @rule(number=SOME)
    def redrive(self, number: int) -> None:
        self.run(self.letters.redrive(str(self.named(number)), by=ADMIN))

    @rule(number=SOME)
    def discard(self, number: int) -> None:
        letters = self.run(list_letters(self.mirror.runtime.work))
        if letters:
            self.run(self.discard_letter(letters[number % len(letters)]))

    async def discard_letter(self, letter: dict) -> None:
        query = "SELECT headers FROM backbone.dead_letter WHERE id = :id"
        [row] = await self.ask(self.target, query, id=letter["id"])
        await self.letters.discard(letter["id"], by=ADMIN, reason="given up")
        sequence = int(row.headers["sequence"])
        self.model.discarded.add((UUID(row.headers["subject"]), sequence))
