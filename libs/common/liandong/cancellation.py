"""Cancellation that comes from within a library must not pass for the end of our own task."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Interrupted(ConnectionError):
    """What was awaited was cancelled, though nobody has cancelled who awaits it."""


async def noticed(work: Awaitable[T], what: str) -> T:
    """Awaits the work. A cancellation that is not this task's own becomes Interrupted.

    A client that cancels tasks of its own may let that out of an ordinary call. Whoever called
    would then end as if it had been asked to, and nobody would be told.
    """
    try:
        return await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Interrupted(f"{what} was cancelled from within") from None
