"""Two actors go through their steps in every order: :func:`merges` are the orders, :func:`play`
walks one of them.

An actor stops at its pauses, which are named points of :mod:`liandong.faults` or places at which
a stand-in calls :func:`pause`, and goes on when it is given a step. Who comes to a lock that the
other one holds waits there, and goes on by itself when the lock is free; a step that it is given
meanwhile is used at its next pause. Nothing is timed: the next step is given when everybody has
stopped, is done or waits for a lock of the database.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from liandong.db.engine import asyncpg_arguments
from liandong.faults import set_barrier

COMMIT = "command.before_commit"
"""Everything is written and nothing is committed: commands, events and deadlines alike."""
SECONDS = 60
_WAITING = """
    SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""

Order = tuple[str, ...]


def merges(first: Sequence[str], second: Sequence[str]) -> Iterator[Order]:
    """Every order of the steps in which each actor's own keep theirs."""
    if not first or not second:
        yield (*first, *second)
        return
    for rest in merges(first[1:], second):
        yield (first[0], *rest)
    for rest in merges(first, second[1:]):
        yield (second[0], *rest)


@dataclass(eq=False)
class Actor:
    """What somebody does, from one pause to the next. ``reached`` are the points that were
    passed, ``answer`` is what the work gave."""

    work: Callable[[], Awaitable[Any]]
    pauses: frozenset[str] = frozenset({COMMIT})
    reached: list[str] = field(default_factory=list[str])
    _task: "asyncio.Task[Any] | None" = None
    _stopped: "asyncio.Future[None] | None" = None
    _given: int = 0
    """Steps for pauses that it has not come to yet."""

    @property
    def runs(self) -> bool:
        return self._task is not None and not self._task.done() and self._stopped is None

    @property
    def stands(self) -> bool:
        return self._stopped is not None

    @property
    def answer(self) -> Any:
        assert self._task is not None
        return self._task.result()

    def step(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._act())
        elif self._stopped is not None:
            self._stopped.set_result(None)
            self._stopped = None
        else:
            self._given += 1

    async def stop_at(self, point: str) -> None:
        if point not in self.pauses:
            return
        self.reached.append(point)
        if self._given:
            self._given -= 1
            return
        self._stopped = asyncio.get_running_loop().create_future()
        await self._stopped

    async def finish(self) -> None:
        """Lets it go to its end, without another stop."""
        self.pauses = frozenset()
        if self._task is None or self._stopped is not None:
            self.step()
        assert self._task is not None
        await asyncio.wait([self._task])

    async def _act(self) -> Any:
        _acting.set(self)
        return await self.work()


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


async def pause(point: str) -> None:
    """A place at which the actor whose doing this is may stop."""
    actor = _acting.get()
    if actor is not None:
        await actor.stop_at(point)


@dataclass(frozen=True)
class Stage:
    """Where orders are played: the database on whose locks the actors wait."""

    connection: asyncpg.Connection

    async def play(self, order: Order, actors: Mapping[str, Actor]) -> None:
        """Gives the steps in this order; ``actors`` tells whose they are. Returns when all are
        done."""
        who = list(dict.fromkeys(actors.values()))
        for step in order:
            actors[step].step()
            await self._rest(who)
        await asyncio.gather(*(one.finish() for one in who))

    async def _rest(self, who: Sequence[Actor]) -> None:
        """Returns when nobody runs, but for those who wait for a lock of somebody that stands."""
        async with asyncio.timeout(SECONDS):
            while running := sum(one.runs for one in who):
                if any(one.stands for one in who):
                    waiting = await self.connection.fetchval(_WAITING)
                    if waiting == running == sum(one.runs for one in who):
                        return
                await asyncio.sleep(0)


@asynccontextmanager
async def stage(url: str) -> AsyncIterator[Stage]:
    """For the time of the block commands, events and deadlines of actors stop at COMMIT."""
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    set_barrier(COMMIT, lambda: pause(COMMIT))
    try:
        yield Stage(connection)
    finally:
        set_barrier(COMMIT, None)
        await connection.close()
