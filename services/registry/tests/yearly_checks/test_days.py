"""Which checks a year asks for."""

from datetime import date

from registry.yearly_checks.domain import demanded, last_days, reconcile

JUNE, DECEMBER = date(2026, 6, 30), date(2026, 12, 31)


def test_a_year_is_parted_evenly() -> None:
    assert last_days(2026, 2) == [JUNE, DECEMBER]
    assert last_days(2028, 12)[1] == date(2028, 2, 29)
    assert last_days(2026, 0) == []


def test_what_cannot_be_prepared_in_time_is_not_asked() -> None:
    assert demanded(2026, 2, date(2026, 5, 31), 30) == [JUNE, DECEMBER]
    assert demanded(2026, 2, date(2026, 6, 1), 30) == [DECEMBER]
    assert demanded(2026, 1, date(2026, 12, 2), 30) == []


def test_a_check_that_was_made_counts_when_the_level_changes() -> None:
    assert reconcile([JUNE, DECEMBER], [], []) == ([JUNE, DECEMBER], [])
    assert reconcile([DECEMBER], [DECEMBER], [JUNE]) == ([], [DECEMBER])
    assert reconcile([], [JUNE, DECEMBER], []) == ([], [JUNE, DECEMBER])
    assert reconcile([JUNE, DECEMBER], [DECEMBER], []) == ([JUNE], [])
