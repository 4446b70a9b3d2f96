"""Signals that end the program: as exceptions, and never in the middle of a change."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(SystemExit):
    """SIGTERM or SIGHUP, in the form of which ``with`` and ``finally`` take notice."""


def end_by_exception() -> Callable[[], None]:
    """From now on SIGTERM and SIGHUP raise :class:`Ended`; call the result to undo that.

    Ctrl-C stays Python's own KeyboardInterrupt, and a caller's own handlers stay his. Only the
    main thread can do this; in another nothing happens.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    ours = [one for one in _ENDING if signal.getsignal(one) is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, _raise)

    def undo() -> None:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)

    return undo


@contextmanager
def held() -> Iterator[None]:
    """Signals that would end the program wait until the block is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[int] = []
    before = {one: signal.getsignal(one) for one in _ENDING}
    try:
        for one in _ENDING:
            signal.signal(one, lambda number, _: noted.append(number))
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
    if noted:
        signal.raise_signal(noted[0])


def _raise(number: int, _: FrameType | None) -> None:
    raise Ended(128 + number)
