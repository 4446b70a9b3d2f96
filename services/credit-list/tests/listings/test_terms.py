"""Terms and exits of domain sheet 5.3 to 5.6 on the shipped rule sets, with their edge days."""

from datetime import date

import pytest

from credit_list.app import DEFINITION
from credit_list.cases.rules import CASES, CaseParameters
from credit_list.listings import domain
from credit_list.listings.rules import LISTINGS, ListTerms

BOOK = DEFINITION.rule_book()
SITUATIONS: CaseParameters = BOOK.shipped[CASES.name][-1].parameters
BEFORE, SINCE = "2026-03-31", "2026-04-01"
"""Order 60 alone, and with NDRC Order 36 beside it."""


def terms(name: str, day: str) -> ListTerms:
    [found] = [one for one in BOOK.shipped[LISTINGS.name] if one.holds_on(date.fromisoformat(day))]
    return getattr(found.parameters, name)


def leaves(name: str, trigger: str, day: str) -> str | None:
    situation = SITUATIONS.trigger(name, trigger)
    assert situation is not None
    found = domain.exit_not_before(
        terms(name, day), date.fromisoformat(day), rectifiable=situation.rectifiable
    )
    return found and found.isoformat()


@pytest.mark.parametrize("day", [BEFORE, SINCE])
@pytest.mark.parametrize(
    "trigger", [one.code for one in SITUATIONS.triggers if one.list == "serious"]
)
def test_from_the_serious_list_the_way_out_opens_after_two_years_whatever_the_ground(
    trigger: str, day: str
) -> None:
    assert leaves("serious", trigger, day) == day.replace("2026", "2028")


@pytest.mark.parametrize("day", [BEFORE, SINCE])
@pytest.mark.parametrize(
    "trigger",
    [
        "annual-report",
        "party-organisation",
        "rectification-overdue",
        "public-fundraising",
        "not-contactable",
        "other-by-law",
    ],
)
def test_from_the_abnormal_list_the_way_out_is_open_once_the_duty_is_done(
    trigger: str, day: str
) -> None:
    assert leaves("abnormal", trigger, day) is None


@pytest.mark.parametrize(
    ("listed", "left"),
    [("2025-08-29", "2026-02-28"), ("2025-08-31", "2026-02-28"), ("2023-08-31", "2024-02-29")],
)
def test_where_there_is_nothing_to_put_right_the_abnormal_list_is_left_after_six_months(
    listed: str, left: str
) -> None:
    assert leaves("abnormal", "minor-penalty", listed) == left


def test_a_listing_of_the_leap_day_ends_on_the_last_of_february() -> None:
    assert leaves("serious", "fine-50000", "2024-02-29") == "2026-02-28"


def test_before_order_36_a_listing_is_shown_as_long_as_it_lasts() -> None:
    assert domain.publication_ends_on(terms("serious", BEFORE), date.fromisoformat(BEFORE)) is None


def test_since_order_36_a_serious_listing_is_shown_three_years_at_most() -> None:
    ends = domain.publication_ends_on(terms("serious", SINCE), date.fromisoformat(SINCE))
    assert ends == date(2029, 4, 1)


def test_a_relapse_on_the_last_day_of_the_term_restarts_it() -> None:
    """One day before the way out opens; on the next day it would have been open."""
    first = date(2024, 5, 10)
    serious = terms("serious", "2024-05-10")
    left = domain.exit_not_before(serious, first, rectifiable=True)
    assert left == date(2026, 5, 10)
    relapse = date(2026, 5, 9)
    again = domain.exit_not_before(terms("serious", "2026-05-09"), relapse, rectifiable=True)
    assert domain.later(left, again) == date(2028, 5, 9)
    domain.check_due(left, left)
    with pytest.raises(domain.NotDue):
        domain.check_due(domain.later(left, again), left)


def test_a_relapse_without_a_term_of_its_own_leaves_the_one_that_runs() -> None:
    """On the abnormal list for a warning, then for a report: the six months go on."""
    abnormal = terms("abnormal", "2025-03-03")
    running = domain.exit_not_before(abnormal, date(2025, 3, 3), rectifiable=False)
    own = domain.exit_not_before(abnormal, date(2025, 5, 5), rectifiable=True)
    assert domain.later(running, own) == date(2025, 9, 3)
