"""Identifiers: UUID version 7 (RFC 9562), so that rows sort by the time they were made."""

import secrets
import time
from uuid import UUID

_SEQUENCE_BITS = 12
_last: tuple[int, int] = (0, 0)


def uuid7() -> UUID:
    """A new UUIDv7; within one process each is greater than the one before.

    The standard library has it from Python 3.14. The 12 bits after the milliseconds count up
    while the millisecond stays the same, as RFC 9562 section 6.2 (method 1) describes.
    """
    global _last  # noqa: PLW0603 - one counter per process is what makes the ids monotonic
    milliseconds = time.time_ns() // 1_000_000
    last_milliseconds, counter = _last
    if milliseconds > last_milliseconds:
        counter = secrets.randbits(_SEQUENCE_BITS - 1)
    else:
        milliseconds, counter = last_milliseconds, counter + 1
        if counter >> _SEQUENCE_BITS:
            milliseconds, counter = milliseconds + 1, 0
    _last = (milliseconds, counter)
    value = milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
