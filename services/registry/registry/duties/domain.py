"""Periods of report and the score of an appraisal. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ReportStatus(StrEnum):
    SUBMITTED = "submitted"
    """按期报告"""
    LATE = "late"
    """逾期报告"""
    MISSED = "missed"
    """逾期未报告"""


class RoundStatus(StrEnum):
    OPEN = "open"
    """进行中"""
    CLOSED = "closed"
    """已清查"""


@dataclass(frozen=True, slots=True)
class Span:
    """A period of report; both days belong to it."""

    start: date
    end: date

    @classmethod
    def containing(cls, day: date, months: int) -> "Span":
        """``months`` divides the year: the period of the calendar that holds the day."""
        first = (day.month - 1) // months * months + 1
        start = date(day.year, first, 1)
        return cls(start, _month_after(start, months) - timedelta(days=1))

    def next(self, months: int) -> "Span":
        return Span.containing(self.end + timedelta(days=1), months)


def weighted(residents: int, committees: int, residents_percent: int) -> int:
    """The score in hundredths: whole numbers, nothing is lost."""
    return residents * residents_percent + committees * (100 - residents_percent)


def _month_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)
