"""Checks that a body is due in a year. Pure."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

MOST_A_YEAR: Final = 12


class Status(StrEnum):
    OPEN = "open"
    """待检查"""
    DONE = "done"
    """已检查"""
    LIFTED = "lifted"
    """不再要求: the level asks for fewer, or the body has ended."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Status.OPEN: "待检查",
    Status.DONE: "已检查",
    Status.LIFTED: "不再要求",
}


def last_days(year: int, number: int) -> list[date]:
    """The year in so many equal parts, by months: each has one check, due on its last day."""
    number = min(number, MOST_A_YEAR)
    months = [12 * part // number for part in range(1, number + 1)]
    return [date(year, month, monthrange(year, month)[1]) for month in months]


def demanded(year: int, number: int, since: date, least_days: int) -> list[date]:
    """Of those the ones that leave the time to prepare, counted from the day of the level."""
    earliest = since + timedelta(days=least_days)
    return [day for day in last_days(year, number) if day >= earliest]


class Change(NamedTuple):
    new: list[date]
    lifted: list[date]


def reconcile(wanted: Collection[date], open_: Collection[date], done: Collection[date]) -> Change:
    """What is to begin and what is asked no more. A check that was made counts, whatever day it had
    been due on: as many fewer are asked, the earliest ones."""
    left = sorted(set(wanted) - set(done))
    elsewhere = len(set(done) - set(wanted))
    left = left[elsewhere:]
    return Change(sorted(set(left) - set(open_)), sorted(set(open_) - set(left)))
