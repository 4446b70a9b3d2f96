"""How the machines run: one event loop each, faults at named points, settings, repetition."""

import asyncio
import logging
import os
import random
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from liandong.faults import set_barrier
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import eventually

T = TypeVar("T")

EXAMPLES = "LIANDONG_STATEFUL_EXAMPLES"
SEED = "LIANDONG_STATEFUL_SEED"

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


class Ended(BaseException):
    """The process ended here: nothing of it runs any more, not even its error handling."""


class Stateful(RuleBasedStateMachine):
    """A machine with an event loop and databases of its own; ``templates`` is set by ``play``."""

    templates: DatabaseTemplates

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self.run(self.begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.get_loop().run_until_complete(work)

    def teardown(self) -> None:
        try:
            # What is left of an example that failed already says nothing more.
            if sys.exc_info()[0] is None:
                self.run(self.conclude())
        finally:
            self.run(self.close())
            self._runner.close()

    async def begin(self) -> None:
        """Makes the databases and starts what runs on them."""
        raise NotImplementedError

    async def conclude(self) -> None:
        """Drains everything and compares the end with the model."""
        raise NotImplementedError

    async def close(self) -> None:
        """Gives everything back."""
        raise NotImplementedError


def play(machine: type[Stateful], templates: DatabaseTemplates, *, examples: int) -> None:
    """A short fixed run; a long one from a random seed with ``LIANDONG_STATEFUL_EXAMPLES``."""
    known = type(machine.__name__, (machine,), {"templates": templates})
    given = os.environ.get(EXAMPLES)
    chosen = settings(
        max_examples=int(given or examples),
        stateful_step_count=40,
        derandomize=given is None,
        database=None,
        deadline=None,
        print_blob=False,
        # The short run only tells that something is wrong; the long one also makes it small.
        phases=list(Phase) if given else [Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    if given is not None:
        number = int(os.environ.get(SEED) or random.randrange(2**32))
        # Around pytest's capture: a run that is killed must leave its seed behind too.
        sys.__stderr__.write(f"\nto repeat: {EXAMPLES}={given} {SEED}={number}\n")
        known = seed(number)(known)
    logging.disable()  # every example makes things fail, hundreds of times
    try:
        run_state_machine_as_test(known, settings=chosen)
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def at(point: str | None, act: Callable[[], Awaitable[None]], times: int = 1) -> Iterator[None]:
    """``act`` is done once, when ``point`` is reached for the nth time inside the block."""
    if point is None:
        yield
        return
    left = times

    async def reached() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            set_barrier(point, None)
            await act()

    set_barrier(point, reached)
    try:
        yield
    finally:
        set_barrier(point, None)


async def end() -> None:
    raise Ended


class Beside:
    """Work that is begun in the middle of other work, and goes on until it must wait for it."""

    def __init__(self, engine: AsyncEngine, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._engine = engine
        self._work = work
        self._task: asyncio.Task[Any] | None = None

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._work())
        await eventually(self._done_or_waiting)

    async def finish(self) -> None:
        if self._task is not None:
            await self._task

    async def _done_or_waiting(self) -> bool:
        if self._task is not None and self._task.done():
            return True
        async with self._engine.connect() as connection:
            return bool(await connection.scalar(_WAITING))
