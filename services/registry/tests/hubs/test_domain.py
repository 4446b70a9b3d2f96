"""Periods of membership, counts and shares, without a database."""

from datetime import date

import pytest

from liandong.ids import uuid7
from registry.coverage.domain import Share, is_community
from registry.hubs.domain import Counts, Span, counted

MEMBER = uuid7()


def span(start: int, end: int | None, *, good: bool = False) -> Span:
    left = None if end is None else date(2026, 3, end)
    return Span(MEMBER, date(2026, 3, start), left, good)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (span(1, 5), span(5, None), False),
        (span(1, 6), span(5, None), True),
        (span(1, None), span(9, None), True),
        (span(1, None), span(9, 9), False),
        (span(3, 5), span(1, 3), False),
        (span(3, 5), span(1, 4), True),
    ],
)
def test_periods_overlap_when_they_share_a_day(first: Span, second: Span, both: bool) -> None:
    assert first.overlaps(second) is both
    assert second.overlaps(first) is both


def test_the_day_of_leaving_is_no_day_of_membership() -> None:
    spans = [span(2, 5, good=True)]
    days = [counted(spans, date(2026, 3, day)) for day in (1, 2, 4, 5)]
    assert days == [Counts(0, 0), Counts(1, 1), Counts(1, 1), Counts(0, 0)]


@pytest.mark.parametrize(
    ("covered", "total", "percent", "full"),
    [
        (562, 562, "100.00", True),
        (83, 100, "83.00", False),
        (2, 3, "66.67", False),
        (1, 3, "33.33", False),
        (9_999_999, 10_000_000, "100.00", False),
        (1, 800, "0.13", False),
        (0, 5, "0.00", False),
        (0, 0, None, False),
        (3, None, None, False),
    ],
)
def test_a_share_is_exact(covered: int, total: int | None, percent: str | None, full: bool) -> None:
    share = Share(covered, total)
    assert (share.percent, share.is_full) == (percent, full)
    assert share.is_consistent


def test_more_covered_than_there_are_is_told() -> None:
    assert not Share(6, 5).is_consistent


def test_a_street_is_no_community() -> None:
    assert is_community("340103001001")
    assert not is_community("340103001000")
    assert not is_community("340103001")
