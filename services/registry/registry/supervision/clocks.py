"""Periods that bind the authority or the body, counted by the law's days. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from liandong.rules.rule_set import Parameters
from liandong.values.periods import Clock, Period, Unit, Urgency
from liandong.values.working_days import CalendarMissing, WorkingCalendar, load


class Limit(Parameters):
    """A period and when to remind of it."""

    period: Period
    warn_days: int = Field(ge=0, le=365)
    """So many days before the last one, working days where the period counts those."""


class Notice(StrEnum):
    """What the passing of time makes of a clock; the later follows the earlier."""

    DUE_SOON = "due-soon"
    """临近到期"""
    OVERDUE = "overdue"
    """超过期限"""


NOTICES = tuple(Notice)


def is_news(notice: Notice, told: Notice | None) -> bool:
    return told is None or NOTICES.index(notice) > NOTICES.index(told)


@dataclass(frozen=True, slots=True)
class Running:
    """The clock that runs now and what it counts to."""

    stage: str
    clock: Clock
    warn_days: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the clock stands on a day."""

    stage: str
    due_on: date | None
    """Last day; None while the clock is stopped."""
    urgency: Urgency
    is_provisional: bool
    """The working calendar of the year is not known yet: the days are counted by weekends only."""


def last_day(period: Period, start: date) -> date:
    """The last day of a period; by weekends only where the calendar of a year is missing."""
    try:
        return period.last_day(start, load())
    except CalendarMissing:
        return period.last_day(start, load().assuming_weekends())


def first_day_after(period: Period, told_on: date) -> date:
    """The earliest day of what may be held only when the whole period lies before it."""
    return last_day(period, told_on) + timedelta(days=1)


def standing(running: Running, today: date) -> Standing:
    try:
        return _standing(running, today, load(), provisional=False)
    except CalendarMissing:
        return _standing(running, today, load().assuming_weekends(), provisional=True)


def notices(running: Running) -> list[tuple[date, Notice]]:
    """The first day on which each notice is due; empty while the clock is stopped."""
    if running.clock.is_stopped:
        return []
    try:
        return _notices(running, load())
    except CalendarMissing:
        return _notices(running, load().assuming_weekends())


def _standing(
    running: Running, today: date, calendar: WorkingCalendar, *, provisional: bool
) -> Standing:
    urgency = running.clock.urgency(today, running.warn_days, calendar)
    return Standing(running.stage, running.clock.due(calendar), urgency, provisional)


def _notices(running: Running, calendar: WorkingCalendar) -> list[tuple[date, Notice]]:
    due = running.clock.due(calendar)
    assert due is not None
    if running.clock.period.unit is Unit.WORKING_DAYS:
        soon = calendar.add(due, -running.warn_days) if running.warn_days else due
    else:
        soon = due - timedelta(days=running.warn_days)
    return [(soon, Notice.DUE_SOON), (due + timedelta(days=1), Notice.OVERDUE)]
