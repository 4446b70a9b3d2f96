"""Rules of the red list, without a database."""

from datetime import date
from itertools import product

import pytest

from credit_list.app import DEFINITION
from credit_list.listings.domain import ListName
from credit_list.red_list import domain
from credit_list.red_list.domain import (
    TRANSITIONS,
    Action,
    Credit,
    ObjectionOutcome,
    Status,
    advance,
)
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
    found = domain.failed_conditions(
        rules(), status=status, grade=grade, lists=lists, credit=Credit(), today=date(2019, 9, 23)
    )
    assert [one.code for one in found] == failed


def failed_by(credit: Credit, today: date = date(2026, 1, 5), **asked: int) -> list[str]:
    found = domain.failed_conditions(
        rules().model_copy(update=asked),
        status="active",
        grade="5A",
        lists=[],
        credit=credit,
        today=today,
    )
    return [one.code for one in found]


def test_inspections_and_penalties_are_asked_only_where_the_rules_say_so() -> None:
    bad = Credit(verdicts=("unqualified",), last_penalty_on=date(2026, 1, 4))
    assert failed_by(bad) == []
    assert failed_by(bad, qualified_inspections=1, no_penalty_months=36) == [
        "inspection-not-qualified",
        "recent-penalty",
    ]


@pytest.mark.parametrize(
    ("verdicts", "met"),
    [
        (("qualified", "qualified"), True),
        (("qualified", "qualified", "unqualified"), True),
        (("qualified", "basically_qualified"), False),
        (("missed", "qualified", "qualified"), False),
        (("qualified",), False),
        ((), False),
    ],
)
def test_the_last_two_inspections_were_qualified(verdicts: tuple[str, ...], met: bool) -> None:
    found = failed_by(Credit(verdicts=verdicts), qualified_inspections=2)
    assert found == ([] if met else ["inspection-not-qualified"])


@pytest.mark.parametrize(
    ("penalty", "today", "met"),
    [
        (date(2023, 1, 5), date(2026, 1, 5), False),
        (date(2023, 1, 5), date(2026, 1, 6), True),
        (date(2020, 2, 29), date(2023, 2, 28), False),
        (date(2020, 2, 29), date(2023, 3, 1), True),
    ],
)
def test_a_penalty_stands_in_the_way_for_three_years(penalty: date, today: date, met: bool) -> None:
    found = failed_by(Credit(last_penalty_on=penalty), today, no_penalty_months=36)
    assert found == ([] if met else ["recent-penalty"])


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
