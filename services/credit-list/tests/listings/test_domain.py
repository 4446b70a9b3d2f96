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


def ground(number: int, decided_on: str, exit_on: str | None = None) -> domain.Standing:
    exit_not_before = date.fromisoformat(exit_on) if exit_on is not None else None
    return domain.Standing(number, date.fromisoformat(decided_on), exit_not_before)


def test_the_term_is_that_of_the_grounds_that_count() -> None:
    first = ground(1, "2019-10-12", "2021-10-12")
    joined = ground(2, "2019-10-12", "2020-04-12")
    relapse = ground(3, "2020-05-25", "2020-11-25")
    whole = domain.term_of([first, joined, relapse])
    assert (whole.heading, whole.exit_not_before) == (3, date(2021, 10, 12))
    without = domain.term_of([first, joined])
    assert (without.heading, without.started_on) == (1, date(2019, 10, 12))
    assert domain.term_of([relapse, joined]).listed_on == date(2019, 10, 12)
    assert domain.term_of([ground(1, "2019-10-12")]).exit_not_before is None


@pytest.mark.parametrize("status", ["active", "suspended", "revoked"])
def test_a_body_leaves_the_serious_list_by_removal_only_when_it_is_cancelled(status: str) -> None:
    long_after = date(2030, 1, 1)
    with pytest.raises(Conflict):
        domain.check_removal(ListName.SERIOUS, status, None, long_after, duty_done=True)
    domain.check_removal(ListName.SERIOUS, "cancelled", None, long_after, duty_done=False)


VALID = date(2020, 10, 12)


@pytest.mark.parametrize(
    ("name", "status", "today", "current", "again"),
    [
        (ListName.ABNORMAL, "active", VALID, [], True),
        (ListName.ABNORMAL, "revoked", VALID, [ListName.SERIOUS], True),
        (ListName.ABNORMAL, "cancelled", VALID, [], False),
        (ListName.ABNORMAL, "active", VALID, [ListName.ABNORMAL], False),
        (ListName.RED, "active", VALID, [], True),
        (ListName.RED, "active", date(2020, 10, 13), [], False),
        (ListName.RED, "suspended", VALID, [], False),
        (ListName.RED, "active", VALID, [ListName.ABNORMAL], False),
    ],
)
def test_when_a_superseded_listing_stands_again(
    name: ListName, status: str, today: date, current: list[ListName], again: bool
) -> None:
    assert domain.stands_again(name, status, VALID, today, current) is again
