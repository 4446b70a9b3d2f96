"""Identifiers: UUID version 7 (RFC 9562), so that rows sort by the time they were made."""

import os
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

from asyncpg.pgproto import pgproto

_SEQUENCE_BITS = 12
_TAIL = (1 << 62) - 1
_last: tuple[int, int] = (0, 0)
_random = b""
"""Random bytes fetched beforehand: asking the system for every id would cost more than the id."""


_lock = threading.Lock()


def _start_afresh() -> None:
    """A forked process must neither repeat its parent's ids nor wait for its threads."""
    global _random, _lock
    _random, _lock = b"", threading.Lock()


os.register_at_fork(after_in_child=_start_afresh)


def uuid7() -> UUID:
    """A new UUIDv7; within one process each is greater than the one before.

    The standard library has it from Python 3.14. The 12 bits after the milliseconds count up
    while the millisecond stays the same, as RFC 9562 section 6.2 (method 1) describes.
    """
    with _lock:
        return pgproto.UUID(_next().to_bytes(16))


def read_uuid(written: str) -> UUID:
    """As ``UUID(written)``; raises :class:`ValueError` or :class:`TypeError`.

    The driver's own UUID is one for everybody else too, and is made and written many times as
    fast."""
    return pgproto.UUID(written)


def made_at(one: UUID) -> datetime:
    """The instant in a UUIDv7, to the millisecond."""
    return datetime.fromtimestamp((one.int >> 80) / 1000, UTC)


def _next() -> int:
    global _last, _random  # noqa: PLW0603 - one counter per process makes the ids monotonic
    if len(_random) < 10:
        _random = os.urandom(1000)
    chance, _random = int.from_bytes(_random[:10]), _random[10:]
    milliseconds = time.time_ns() // 1_000_000
    last_milliseconds, counter = _last
    if milliseconds > last_milliseconds:
        counter = chance >> 69  # 11 bits: room to count up
    else:
        milliseconds, counter = last_milliseconds, counter + 1
        if counter >> _SEQUENCE_BITS:
            milliseconds, counter = milliseconds + 1, 0
    _last = (milliseconds, counter)
    return milliseconds << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | chance & _TAIL
