"""Rules of listings, without a database."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from credit_list.app import DEFINITION
from credit_list.listings import domain
from credit_list.listings.domain import TRANSITIONS, Action, ListName, Status, advance
from credit_list.listings.rules import ListTerms
from credit_list.periods import add_months
from liandong.problems import Conflict, IllegalTransition


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def terms(**given: Any) -> ListTerms:
    return ListTerms.model_validate(
        {"min_term_months": 24, "term_certainty": "verified", "measures": []} | given
    )


def publication(shortest: int, longest: int = 36) -> dict[str, Any]:
    return {
        "name": "serious",
        "min_months": shortest,
        "max_months": longest,
        "certainty": "verified",
    }


@pytest.mark.parametrize(("shortest", "exit_on"), [(12, "2028-05-06"), (30, "2028-11-06")])
def test_of_two_terms_the_stricter_holds(shortest: int, exit_on: str) -> None:
    both = terms(publication=publication(shortest))
    found = domain.exit_not_before(both, date(2026, 5, 6), rectifiable=True)
    assert found == date.fromisoformat(exit_on)


def test_what_can_be_put_right_on_the_abnormal_list_has_no_term() -> None:
    abnormal = terms(min_term_months=0, nothing_to_rectify_months=6)
    since = date(2019, 9, 30)
    assert domain.exit_not_before(abnormal, since, rectifiable=True) is None
    assert domain.exit_not_before(abnormal, since, rectifiable=False) == date(2020, 3, 30)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2020-02-29", 24, "2022-02-28"),
        ("2019-08-31", 6, "2020-02-29"),
        ("2019-12-15", 1, "2020-01-15"),
        ("2019-10-31", 12, "2020-10-31"),
        ("2019-01-31", 11, "2019-12-31"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_relapse_never_shortens_a_term() -> None:
    assert domain.later(date(2022, 1, 1), date(2021, 1, 1)) == date(2022, 1, 1)
    assert domain.later(None, date(2021, 1, 1)) == date(2021, 1, 1)
    assert domain.later(None, None) is None


@pytest.mark.parametrize(
    ("name", "status", "today", "duty_done", "removable"),
    [
        (ListName.RED, "active", "2019-10-01", False, True),
        (ListName.SERIOUS, "active", "2029-10-01", True, False),
        (ListName.SERIOUS, "revoked", "2029-10-01", True, False),
        (ListName.SERIOUS, "cancelled", "2019-10-01", False, True),
        (ListName.ABNORMAL, "active", "2020-03-30", True, True),
        (ListName.ABNORMAL, "active", "2020-03-29", True, False),
        (ListName.ABNORMAL, "active", "2020-03-30", False, False),
    ],
)
def test_what_the_registrar_may_remove(
    name: ListName, status: str, today: str, duty_done: bool, removable: bool
) -> None:
    def remove() -> None:
        domain.check_removal(
            name, status, date(2020, 3, 30), date.fromisoformat(today), duty_done=duty_done
        )

    if removable:
        remove()
    else:
        with pytest.raises(Conflict):
            remove()


def test_the_shipped_rule_sets_cover_every_day_since_order_60() -> None:
    book = DEFINITION.rule_book()
    for subject in (
        "credit-list.cases",
        "credit-list.listings",
        "credit-list.measures",
        "credit-list.red-list",
    ):
        for day in (date(2018, 1, 24), date(2019, 9, 23), date(2026, 3, 31), date(2026, 4, 1)):
            assert len([one for one in book.shipped[subject] if one.holds_on(day)]) == 1
    for rule_set in book.shipped["credit-list.listings"]:
        assert not rule_set.parameters.serious.early_repair_allowed
        codes = [measure.code for measure in rule_set.parameters.serious.measures]
        assert set(codes) == {
            "key-supervision",
            "bar-bids",
            "hold-payments",
            "review-grade",
            "no-honours",
        }
