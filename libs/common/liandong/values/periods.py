"""期间: periods of law in days, working days, months or years, and clocks that can be stopped.

The day of the event is not counted (民法典 art. 201); months and years end on the corresponding day
or, where there is none, on the last of the month (art. 202); a period whose last day is a day of
rest ends on the next working day (art. 203).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.working_days import WorkingCalendar


class Unit(StrEnum):
    DAYS = "days"
    """自然日"""
    WORKING_DAYS = "working-days"
    """工作日"""
    MONTHS = "months"
    YEARS = "years"


class Period(BaseModel):
    """A length of time as a rule set states it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: int = Field(ge=0, le=3650)
    unit: Unit

    def last_day(self, start: date, calendar: WorkingCalendar, *, stopped: int = 0) -> date:
        """The last day of the period that an event on ``start`` begins.

        ``stopped`` are days, or working days where the period counts those, that do not count.
        Raises :class:`liandong.values.working_days.CalendarMissing` for a year without calendar.
        """
        if self.unit is Unit.WORKING_DAYS:
            return calendar.add(start, self.length + stopped)
        months = {Unit.DAYS: 0, Unit.MONTHS: 1, Unit.YEARS: 12}[self.unit] * self.length
        days = stopped + (self.length if self.unit is Unit.DAYS else 0)
        return calendar.add(add_months(start, months) + timedelta(days=days), 0)


@dataclass(frozen=True, slots=True)
class Stop:
    """Time that does not count, such as an expert review (行政许可法 art. 45).

    The day on which the clock is stopped counts, the day on which it goes on does not.
    """

    stopped_on: date
    resumed_on: date | None = None


class Urgency(StrEnum):
    """How a clock stands on a day."""

    RUNNING = "running"
    """期限内"""
    DUE_SOON = "due-soon"
    """临近到期"""
    OVERDUE = "overdue"
    """已超期"""
    STOPPED = "stopped"
    """暂停计时"""


@dataclass(frozen=True, slots=True)
class Clock:
    """A period that runs since a day, and what of it does not count. Stops do not overlap."""

    period: Period
    started_on: date
    stops: tuple[Stop, ...] = ()

    @property
    def is_stopped(self) -> bool:
        return any(stop.resumed_on is None for stop in self.stops)

    def due(self, calendar: WorkingCalendar) -> date | None:
        """The last day; None while the clock is stopped, for nobody knows it then."""
        if self.is_stopped:
            return None
        stopped = sum(self._length(stop, calendar) for stop in self.stops)
        return self.period.last_day(self.started_on, calendar, stopped=stopped)

    def urgency(self, today: date, warn_days: int, calendar: WorkingCalendar) -> Urgency:
        """``warn_days`` before the last day, in the period's own days, it is due soon."""
        due = self.due(calendar)
        if due is None:
            return Urgency.STOPPED
        if today > due:
            return Urgency.OVERDUE
        left = (
            calendar.between(today, due)
            if self.period.unit is Unit.WORKING_DAYS
            else (due - today).days
        )
        return Urgency.DUE_SOON if left <= warn_days else Urgency.RUNNING

    def _length(self, stop: Stop, calendar: WorkingCalendar) -> int:
        assert stop.resumed_on is not None
        if self.period.unit is Unit.WORKING_DAYS:
            return calendar.between(stop.stopped_on, stop.resumed_on)
        return (stop.resumed_on - stop.stopped_on).days


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months on (or back), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
