"""Rules of the red list, without a database."""

from datetime import date
from itertools import product

import pytest

from credit_list.app import DEFINITION
from credit_list.listings.domain import ListName
from credit_list.red_list import domain
from credit_list.red_list.domain import TRANSITIONS, Action, ObjectionOutcome, Status, advance
from credit_list.red_list.rules import RedListParameters
from liandong.problems import Conflict, IllegalTransition


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def rules() -> RedListParameters:
    return DEFINITION.rule_book().shipped["credit-list.red-list"][0].parameters


@pytest.mark.parametrize(
    ("status", "grade", "lists", "failed"),
    [
        ("active", "4A", [], []),
        ("active", "5A", [], []),
        ("active", "3A", [], ["grade-too-low"]),
        ("active", None, [], ["grade-too-low"]),
        ("suspended", "5A", [], ["status-not-active"]),
        ("active", "5A", [ListName.ABNORMAL], ["on-abnormal-list"]),
        (
            "revoked",
            None,
            [ListName.SERIOUS, ListName.ABNORMAL],
            ["status-not-active", "grade-too-low", "on-serious-list", "on-abnormal-list"],
        ),
        ("active", "5A", [ListName.RED], ["on-red-list"]),
    ],
)
def test_every_failed_condition_is_named(
    status: str, grade: str | None, lists: list[ListName], failed: list[str]
) -> None:
    found = domain.failed_conditions(rules(), status=status, grade=grade, lists=lists)
    assert [one.code for one in found] == failed


def test_the_last_day_belongs_to_the_publicity() -> None:
    with pytest.raises(domain.PublicityRunning):
        domain.check_publicity_over(date(2019, 10, 9), date(2019, 10, 9))
    domain.check_publicity_over(date(2019, 10, 9), date(2019, 10, 10))


@pytest.mark.parametrize("outcome", [None, ObjectionOutcome.UPHELD])
def test_an_objection_that_is_open_or_upheld_stops_the_confirmation(
    outcome: ObjectionOutcome | None,
) -> None:
    with pytest.raises(Conflict):
        domain.check_objections([ObjectionOutcome.DISMISSED, outcome])
    domain.check_objections([ObjectionOutcome.DISMISSED])
    domain.check_objections([])
