"""Single flight: many callers, one call to the outside."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Whoever joins while the work is under way shares its result and its failure.

    A caller that is cancelled does not cancel the work of the others.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._work = work
        self._task: asyncio.Task[T] | None = None

    @property
    def under_way(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self) -> asyncio.Task[T]:
        """The task under way, started now if there is none; it need not be awaited."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._work())
            self._task.add_done_callback(look_at)
        return self._task

    async def join(self) -> T:
        return await asyncio.shield(self.start())


def look_at(task: asyncio.Task[Any]) -> None:
    """Marks a failure as seen, should every caller have left before it happened."""
    if not task.cancelled():
        task.exception()
