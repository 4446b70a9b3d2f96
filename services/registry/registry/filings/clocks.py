"""备案的办理时限: which step's clock runs, and what is due to be told. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from liandong.values.periods import Clock, Unit, Urgency
from liandong.values.working_days import CalendarMissing, WorkingCalendar
from registry.filings.domain import Status
from registry.filings.rules import FilingRules, Limit


class Notice(StrEnum):
    """The later ones follow the earlier."""

    DUE_SOON = "due-soon"
    """临近到期"""
    OVERDUE = "overdue"
    """已超期"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the clock stands on a day."""

    due_on: date
    urgency: Urgency
    is_provisional: bool
    """The working calendar of the year is not known yet: the days are counted by weekends only."""


def limit_of(status: Status, rules: FilingRules) -> Limit | None:
    """None: nobody is bound by a period now."""
    return {
        Status.SUBMITTED: rules.opinion,
        Status.OPINED: rules.review,
        Status.REVIEWED: rules.decision,
    }.get(status)


def standing(limit: Limit, since: date, today: date, calendar: WorkingCalendar) -> Standing:
    """Never fails: where the calendar of a year is missing, the answer is provisional."""
    try:
        return _standing(limit, since, today, calendar, provisional=False)
    except CalendarMissing:
        return _standing(limit, since, today, calendar.assuming_weekends(), provisional=True)


def notices(limit: Limit, since: date, calendar: WorkingCalendar) -> list[tuple[date, Notice]]:
    """The first day on which each notice is due."""
    try:
        return _notices(limit, since, calendar)
    except CalendarMissing:
        return _notices(limit, since, calendar.assuming_weekends())


def _standing(
    limit: Limit, since: date, today: date, calendar: WorkingCalendar, *, provisional: bool
) -> Standing:
    clock = Clock(limit.period, since)
    due = clock.due(calendar)
    assert due is not None
    return Standing(due, clock.urgency(today, limit.warn_days, calendar), provisional)


def _notices(limit: Limit, since: date, calendar: WorkingCalendar) -> list[tuple[date, Notice]]:
    due = limit.period.last_day(since, calendar)
    if limit.period.unit is Unit.WORKING_DAYS:
        soon = calendar.add(due, -limit.warn_days) if limit.warn_days else due
    else:
        soon = due - timedelta(days=limit.warn_days)
    return [(soon, Notice.DUE_SOON), (due + timedelta(days=1), Notice.OVERDUE)]
