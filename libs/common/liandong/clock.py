"""Time is injected: no other module reads the system clock for a decision."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""Deadlines and working days are counted in China Standard Time; timestamps are stored in UTC."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still until it is told to move; for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


_END = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """How the time of a rehearsal runs: at the real instant ``since`` it was ``at``."""

    since: datetime
    at: datetime
    speed: float = 1.0
    """Seconds of the rehearsal in a real second: at 86,400 sixty days pass in a minute."""

    def now(self, real: datetime) -> datetime:
        """Stands still at the end of the century: a forgotten rehearsal runs into no error."""
        left = max((_END - self.at).total_seconds(), 0.0)
        passed = (real - self.since).total_seconds() * self.speed
        return self.at + timedelta(seconds=min(passed, left))


class RehearsalClock:
    """Runs from an instant of its own, at a speed of its own, shared by several processes.

    For rehearsals and the demonstration only: the application refuses it in production. Its small
    file holds a :class:`Course`; whoever steers the rehearsal replaces it. Without the file the
    time is the real one; a file that cannot be read changes nothing.
    """

    def __init__(
        self, file: Path, real: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._file = file
        self._real = real
        self._seen: int | None = None
        self._course: Course | None = None

    def now(self) -> datetime:
        real = self._real()
        course = self.course()
        return real if course is None else course.now(real)

    def course(self) -> Course | None:
        """As it was last set; None before that."""
        try:
            changed = self._file.stat().st_mtime_ns
            if changed != self._seen:
                found = json.loads(self._file.read_text())
                since, at = (datetime.fromisoformat(found[name]) for name in ("since", "at"))
                told = Course(since.astimezone(UTC), at.astimezone(UTC), float(found["speed"]))
                told.now(self._real())
                self._course = told
                self._seen = changed
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            pass
        return self._course

    def set(self, at: datetime, speed: float = 1.0) -> None:
        """Makes ``at`` the present instant for every process that reads the same file."""
        held = {"since": self._real().isoformat(), "at": at.astimezone(UTC).isoformat()}
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({**held, "speed": speed}))
        draft.replace(self._file)


def china_date(at: datetime) -> date:
    """The calendar day in China on which the instant falls."""
    return at.astimezone(CHINA).date()


def china_midnight(day: date) -> datetime:
    """The instant, in UTC, at which the calendar day begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)
