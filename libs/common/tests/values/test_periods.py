"""Periods of law: which day is the last, and what stops the clock."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.values.periods import Clock, Period, Stop, Unit, Urgency, add_months
from liandong.values.working_days import CalendarMissing, WorkingCalendar, load

CALENDAR = load()
SIXTY_DAYS = Period(length=60, unit=Unit.DAYS)
FIVE_WORKING_DAYS = Period(length=5, unit=Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("length", "unit", "start", "last"),
    [
        (5, Unit.WORKING_DAYS, date(2026, 3, 2), date(2026, 3, 9)),
        (0, Unit.WORKING_DAYS, date(2026, 3, 2), date(2026, 3, 2)),
        (60, Unit.DAYS, date(2026, 3, 2), date(2026, 5, 6)),  # 1 May to 5 May are days of rest
        (30, Unit.DAYS, date(2026, 3, 2), date(2026, 4, 1)),
        (6, Unit.MONTHS, date(2026, 3, 2), date(2026, 9, 2)),
        (1, Unit.MONTHS, date(2025, 12, 31), date(2026, 2, 2)),  # 31 January 2026 is a Saturday
        (4, Unit.YEARS, date(2022, 3, 2), date(2026, 3, 2)),
    ],
)
def test_the_day_of_the_event_is_not_counted_and_a_day_of_rest_is_not_the_last(
    length: int, unit: Unit, start: date, last: date
) -> None:
    assert Period(length=length, unit=unit).last_day(start, CALENDAR) == last


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_its_last(
    day: date, months: int, found: date
) -> None:
    assert add_months(day, months) == found


def test_time_of_an_expert_review_does_not_count() -> None:
    started = date(2026, 3, 2)
    review = Stop(date(2026, 3, 10), date(2026, 3, 20))
    clock = Clock(FIVE_WORKING_DAYS, started)
    assert clock.due(CALENDAR) == date(2026, 3, 9)
    later = Clock(Period(length=10, unit=Unit.WORKING_DAYS), started, (review,))
    assert later.due(CALENDAR) == date(2026, 3, 26)  # 16 March and eight working days
    days = Clock(SIXTY_DAYS, started, (review,))
    assert days.due(CALENDAR) == date(2026, 5, 11)


def test_a_stopped_clock_has_no_last_day() -> None:
    clock = Clock(SIXTY_DAYS, date(2026, 3, 2), (Stop(date(2026, 3, 10)),))
    assert clock.due(CALENDAR) is None
    assert clock.urgency(date(2026, 12, 31), 5, CALENDAR) is Urgency.STOPPED


@pytest.mark.parametrize(
    ("today", "urgency"),
    [
        (date(2026, 3, 5), Urgency.RUNNING),
        (date(2026, 3, 6), Urgency.DUE_SOON),
        (date(2026, 3, 9), Urgency.DUE_SOON),
        (date(2026, 3, 10), Urgency.OVERDUE),
    ],
)
def test_a_clock_warns_before_its_last_day(today: date, urgency: Urgency) -> None:
    clock = Clock(FIVE_WORKING_DAYS, date(2026, 3, 2))
    assert clock.urgency(today, 1, CALENDAR) is urgency


def test_a_year_without_calendar_is_never_guessed() -> None:
    empty = WorkingCalendar((), (), ())
    with pytest.raises(CalendarMissing):
        SIXTY_DAYS.last_day(date(2026, 3, 2), empty)


@given(
    start=st.dates(date(2024, 1, 1), date(2025, 6, 30)),
    length=st.integers(1, 60),
    unit=st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]),
    first=st.integers(0, 20),
    away=st.integers(0, 60),
)
def test_a_stop_never_makes_a_period_shorter(
    start: date, length: int, unit: Unit, first: int, away: int
) -> None:
    stopped_on = date.fromordinal(start.toordinal() + first)
    resumed_on = date.fromordinal(stopped_on.toordinal() + away)
    period = Period(length=length, unit=unit)
    plain = Clock(period, start).due(CALENDAR)
    with_stop = Clock(period, start, (Stop(stopped_on, resumed_on),)).due(CALENDAR)
    assert plain is not None
    assert with_stop is not None
    assert plain <= with_stop
    assert CALENDAR.is_working_day(with_stop)
