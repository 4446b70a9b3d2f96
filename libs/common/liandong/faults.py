"""Named crash points: places at which a test kills the process or makes it wait.

``LIANDONG_CRASH_AT=relay.after_produce`` ends the process, as SIGKILL would, when it reaches the
point of that name; ``LIANDONG_CRASH_AT=name:3`` at the third time. Without the variable a point
costs one comparison. Production refuses the variable at the start of the service.
"""

import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

POINTS = frozenset(
    {
        "command.before_commit",
        "command.after_commit",
        "relay.after_claim",
        "relay.within_produce",
        "relay.after_produce",
        "relay.after_feed",
        "consumer.after_marker",
        "consumer.before_commit",
        "consumer.after_commit",
        "deadline.before_commit",
        "storage.after_announcement",
        "storage.after_put",
        "storage.after_delete",
    }
)

_crash_at, _times = "", 1
_reached: Counter[str] = Counter()
_barriers: dict[str, Callable[[], Awaitable[None]]] = {}


def arm(specification: str | None = None) -> str:
    """Sets the point at which this process will end itself, from the environment unless given.

    Returns the point's name, empty when none is set. Raises ValueError for an unknown one.
    """
    global _crash_at, _times
    given = os.environ.get("LIANDONG_CRASH_AT", "") if specification is None else specification
    point, _, times = given.partition(":")
    if point and (point not in POINTS or not (times or "1").isdecimal()):
        raise ValueError(f"no such crash point: {given}")
    _crash_at, _times = point, int(times or 1)
    _reached.clear()
    return point


def set_barrier(point: str, barrier: Callable[[], Awaitable[None]] | None) -> None:
    """Lets a test hold every task that reaches ``point`` until ``barrier`` returns."""
    if point not in POINTS:
        raise ValueError(f"no such point: {point}")
    if barrier is None:
        _barriers.pop(point, None)
    else:
        _barriers[point] = barrier


async def reach(point: str) -> None:
    """Marks that the code reached a named point."""
    if _crash_at == point:
        _reached[point] += 1
        if _reached[point] >= _times:
            os.kill(os.getpid(), signal.SIGKILL)
    if _barriers and point in _barriers:
        await _barriers[point]()
