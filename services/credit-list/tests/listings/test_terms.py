"""Terms and exits of domain sheet 5.3 to 5.6 on the shipped rule sets, with their edge days."""

from datetime import date, timedelta

import pytest

from credit_list.app import DEFINITION
from credit_list.cases.domain import NotLongEnoughAbnormal, check_abnormal_since
from credit_list.cases.rules import CASES, CaseParameters
from credit_list.listings import domain
from credit_list.listings.rules import LISTINGS, ListTerms
from credit_list.periods import add_working_days
from credit_list.repairs.domain import Due
from credit_list.repairs.rules import REPAIRS, RepairParameters, due_on

BOOK = DEFINITION.rule_book()
SITUATIONS: CaseParameters = BOOK.shipped[CASES.name][-1].parameters
REPAIRING: RepairParameters = BOOK.shipped[REPAIRS.name][-1].parameters
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


def test_a_relapse_on_the_last_day_restarts_the_term_and_so_does_a_second_one() -> None:
    """Each on the day before the way out would have opened; one of them is the leap day."""
    out = None
    for listed, left in (
        ("2022-03-01", "2024-03-01"),
        ("2024-02-29", "2026-02-28"),
        ("2026-02-27", "2028-02-27"),
    ):
        day = date.fromisoformat(listed)
        if out is not None:
            assert day == out - timedelta(days=1)
            with pytest.raises(domain.NotDue):
                domain.check_due(out, day)
        own = domain.exit_not_before(terms("serious", listed), day, rectifiable=False)
        out = domain.later(out, own)
        assert out == date.fromisoformat(left)
    domain.check_due(out, out)


def test_a_relapse_on_the_last_day_restarts_the_two_years_on_the_abnormal_list() -> None:
    two_years = SITUATIONS.trigger("serious", "two-years-abnormal")
    assert two_years is not None
    relapse = date(2026, 2, 27)  # listed on the leap day of 2024: full on the next day
    check_abnormal_since(two_years, date(2024, 2, 29), date(2026, 2, 28))
    with pytest.raises(NotLongEnoughAbnormal):
        check_abnormal_since(two_years, relapse, date(2028, 2, 26))
    check_abnormal_since(two_years, relapse, date(2028, 2, 27))


def test_a_relapse_without_a_term_of_its_own_leaves_the_one_that_runs() -> None:
    """On the abnormal list for a warning, then for a report: the six months go on."""
    abnormal = terms("abnormal", "2025-03-03")
    running = domain.exit_not_before(abnormal, date(2025, 3, 3), rectifiable=False)
    own = domain.exit_not_before(abnormal, date(2025, 5, 5), rectifiable=True)
    assert domain.later(running, own) == date(2025, 9, 3)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("2019-09-27", "2019-10-16"), ("2024-02-29", "2024-03-14"), ("2022-01-28", "2022-02-16")],
)
def test_the_defence_and_its_check_have_ten_working_days_each(begins: str, ends: str) -> None:
    """Over the National Day with its make-up days, over a leap day, over the Spring Festival."""
    for period in (SITUATIONS.defence_window, SITUATIONS.verification):
        last = add_working_days(date.fromisoformat(begins), period.working_days)
        assert last.isoformat() == ends


@pytest.mark.parametrize("step", [Due.CHECK, Due.DECIDE])
def test_a_repair_is_checked_and_decided_within_five_working_days_each(step: Due) -> None:
    """The Sunday before the National Day is worked, the week of it is not."""
    assert due_on(REPAIRING, step, date(2019, 9, 27)) == date(2019, 10, 10)
    assert due_on(REPAIRING, step, date(2024, 2, 28)) == date(2024, 3, 6)
