from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from liandong.values.working_days import CalendarMissing, WorkingCalendar, load

CALENDAR = load()
FIXED = WorkingCalendar([2019], [date(2019, 1, 1)], [date(2019, 1, 5)])


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2019, 9, 29), True),  # Sunday worked for National Day
        (date(2019, 10, 1), False),
        (date(2019, 10, 7), False),  # Monday, last day of the holiday
        (date(2019, 10, 8), True),
        (date(2019, 10, 12), True),  # Saturday worked for National Day
        (date(2019, 10, 13), False),
        (date(2020, 1, 31), False),  # Spring Festival was prolonged
        (date(2024, 2, 29), True),  # leap day, a Thursday
        (date(2026, 1, 1), False),
        (date(2026, 10, 10), True),  # Saturday worked for National Day
        (date(2026, 12, 31), True),
    ],
)
def test_holidays_and_make_up_days_are_known(day: date, working: bool) -> None:
    assert CALENDAR.is_working_day(day) is working


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2019, 6, 3), 5, date(2019, 6, 11)),  # Dragon Boat Festival on Friday the 7th
        (date(2019, 9, 30), 1, date(2019, 10, 8)),
        (date(2019, 9, 27), 3, date(2019, 10, 8)),  # Sunday the 29th counts
        (date(2019, 10, 8), 5, date(2019, 10, 14)),  # Saturday the 12th counts
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # Sunday worked for New Year
        (date(2019, 6, 1), 1, date(2019, 6, 3)),
        (date(2019, 6, 1), 0, date(2019, 6, 3)),
        (date(2019, 6, 3), 0, date(2019, 6, 3)),
        (date(2019, 10, 8), -1, date(2019, 9, 30)),
    ],
)
def test_a_period_does_not_count_the_day_of_the_act(start: date, n: int, end: date) -> None:
    assert CALENDAR.add(start, n) == end


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7, 15, 20, 60, 250])
def test_counting_between_undoes_adding(n: int) -> None:
    start = date(2023, 12, 27)
    assert CALENDAR.between(start, CALENDAR.add(start, n)) == n


def test_between_a_day_and_itself_there_is_no_working_day() -> None:
    assert CALENDAR.between(date(2019, 6, 3), date(2019, 6, 3)) == 0


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="早于"):
        CALENDAR.between(date(2019, 6, 3), date(2019, 6, 2))


def test_the_shipped_years_have_no_hole() -> None:
    assert CALENDAR.years == frozenset(range(2004, 2027))
    assert CALENDAR.covers(2026)
    assert not CALENDAR.covers(2027)


def test_a_year_without_data_is_named_in_the_refusal() -> None:
    with pytest.raises(CalendarMissing, match="缺少2027年的工作日历") as missing:
        CALENDAR.is_working_day(date(2027, 1, 4))
    assert missing.value.year == 2027


def test_a_period_that_runs_into_a_missing_year_is_not_guessed() -> None:
    with pytest.raises(CalendarMissing):
        CALENDAR.add(date(2026, 12, 30), 2)


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        CALENDAR.is_working_day(datetime(2019, 10, 1, tzinfo=UTC))


def test_a_calendar_can_be_made_of_a_few_days() -> None:
    assert not FIXED.is_working_day(date(2019, 1, 1))
    assert FIXED.is_working_day(date(2019, 1, 5))
    assert not FIXED.is_working_day(date(2019, 1, 6))


def test_an_operators_extra_days_win() -> None:
    calendar = WorkingCalendar(
        [2019],
        [date(2019, 1, 1)],
        [],
        overrides={date(2019, 1, 1): "makeup_workday", date(2019, 1, 2): "holiday"},
    )
    assert calendar.is_working_day(date(2019, 1, 1))
    assert not calendar.is_working_day(date(2019, 1, 2))


def test_an_operator_adds_a_year_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(
        "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-03,makeup_workday,元旦\n",
        encoding="utf-8-sig",
    )
    calendar = WorkingCalendar.from_files(file)
    assert calendar.covers(2027)
    assert calendar.is_working_day(date(2027, 1, 3))
    assert calendar.covers(2019)


@pytest.mark.parametrize("line", ["2027-13-01,holiday,元旦", "2027-01-01,休,元旦", "2027-01-01"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(f"day,kind,name\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="第2行"):
        WorkingCalendar.from_files(file)
