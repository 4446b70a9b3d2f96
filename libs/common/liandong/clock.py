"""Time is injected: no other module reads the system clock for a decision."""

import json
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


class RehearsalClock:
    """Runs at normal speed from an offset that several processes share through a small file.

    For rehearsals and the demonstration only: the application refuses it in production. The file
    holds ``{"offset_seconds": <float>}``; whoever steers the rehearsal replaces it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return datetime.now(UTC) + self._offset
        if changed != self._seen:
            self._offset = timedelta(seconds=json.loads(self._file.read_text())["offset_seconds"])
            self._seen = changed
        return datetime.now(UTC) + self._offset

    def set(self, at: datetime) -> None:
        """Makes ``at`` the present instant for every process that reads the same file."""
        offset = (at.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({"offset_seconds": offset}))
        draft.replace(self._file)


def china_date(at: datetime) -> date:
    """The calendar day in China on which the instant falls."""
    return at.astimezone(CHINA).date()


def china_midnight(day: date) -> datetime:
    """The instant, in UTC, at which the calendar day begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)
