"""Periods of the law, counted as the civil code counts them."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from liandong.clock import china_midnight
from liandong.problems import Conflict
from liandong.values import working_days


class CalendarMissing(Conflict):
    slug, title = "calendar-missing", "缺少工作日历"


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later; where there is none, the last day of that month
    (民法总则、民法典 art. 202)."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def add_working_days(day: date, number: int) -> date:
    """The ``number``-th working day after ``day``, which is not counted itself."""
    try:
        return working_days.load().add(day, number)
    except working_days.CalendarMissing as error:
        raise CalendarMissing(str(error), extra={"year": error.year}) from None


def end_of(day: date) -> datetime:
    """The instant at which the day is over in China."""
    return china_midnight(day + timedelta(days=1))
