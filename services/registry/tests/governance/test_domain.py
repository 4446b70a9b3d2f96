"""Terms and reminders: edge days. Pure."""

from datetime import date, timedelta

import pytest

from registry.governance.domain import (
    Election,
    Reminder,
    election_errors,
    extended_at_most,
    next_after,
    reached,
    reminders,
    temporary_until,
)
from registry.governance.rules import Notices
from registry.organizations.domain import Kind
from services.registry.tests.shipped import GOVERNANCE_RULES

RULE = GOVERNANCE_RULES.terms[Kind.ASSOCIATION]
TODAY = date(2026, 3, 2)


def an_election(
    number: int = 2,
    elected: date = date(2026, 3, 1),
    starts: date = date(2026, 3, 1),
    ends: date = date(2031, 2, 28),
) -> Election:
    return Election(number, elected, starts, ends)


def codes(election: Election, before: Election | None = None) -> list[str]:
    return [one.code for one in election_errors(election, before, RULE, TODAY)]


def test_five_years_to_the_day_before_are_a_term_and_a_day_more_is_not():
    assert codes(an_election()) == []
    assert codes(an_election(ends=date(2031, 3, 1))) == ["term-too-long"]


def test_a_term_from_a_leap_day_ends_before_the_last_of_february():
    leap = date(2024, 2, 29)
    assert codes(an_election(elected=leap, starts=leap, ends=date(2029, 2, 27))) == []
    assert codes(an_election(elected=leap, starts=leap, ends=date(2029, 2, 28))) == [
        "term-too-long"
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"elected": date(2026, 3, 3), "starts": date(2026, 3, 3)}, "in-the-future"),
        ({"starts": date(2026, 2, 28), "ends": date(2030, 1, 1)}, "too-early"),
        ({"ends": date(2026, 3, 1)}, "before-its-start"),
    ],
)
def test_days_must_be_in_order(given: dict[str, date], code: str):
    assert codes(an_election(**given)) == [code]


def test_a_term_follows_the_one_before():
    first = an_election(1, date(2021, 3, 1), date(2021, 3, 1), date(2026, 2, 28))
    assert codes(an_election(), first) == []
    assert codes(an_election(1), first) == ["not-later"]
    same = an_election(starts=date(2021, 3, 1), elected=date(2021, 3, 1), ends=date(2025, 1, 1))
    assert codes(same, first) == ["terms-overlap"]
    early = an_election(elected=date(2024, 3, 1), starts=date(2024, 3, 1), ends=date(2029, 1, 1))
    assert codes(early, first) == []


def test_an_extension_and_a_bridge_end_on_the_corresponding_day():
    assert extended_at_most(date(2026, 2, 28), GOVERNANCE_RULES) == date(2027, 2, 28)
    assert extended_at_most(date(2024, 2, 29), GOVERNANCE_RULES) == date(2025, 2, 28)
    assert temporary_until(date(2026, 3, 1), GOVERNANCE_RULES) == date(2026, 8, 31)


NOTICES = Notices(days_before=(90, 30, 0), basis="测试")
LAST = date(2026, 6, 30)
PLAN = reminders(LAST, NOTICES)


@pytest.mark.parametrize(
    ("days_left", "told"),
    [(91, None), (90, 90), (89, 90), (30, 30), (1, 30), (0, 0), (-1, -1), (-4000, -1)],
)
def test_of_what_was_missed_only_the_latest_is_told(days_left: int, told: int | None):
    found = reached(PLAN, LAST - timedelta(days=days_left))
    assert (found and found.days_left) == told


def test_after_the_last_reminder_there_is_none():
    assert next_after(PLAN, date(2026, 1, 1)) == date(2026, 4, 1)
    assert next_after(PLAN, date(2026, 4, 1)) == date(2026, 5, 31)
    assert next_after(PLAN, LAST) == date(2026, 7, 1)
    assert next_after(PLAN, date(2026, 7, 1)) is None
    assert reminders(date(1, 1, 5), NOTICES)[0] == Reminder(date(1, 1, 1), 90)


@pytest.mark.parametrize("days", [(30, 90), (30, 30), (-1,), (4000,)])
def test_notices_are_in_order_and_bounded(days: tuple[int, ...]):
    with pytest.raises(ValueError, match="提醒的天数"):
        Notices(days_before=days, basis="测试")
