"""States of applications, without a database."""

from itertools import product

import pytest

from liandong.problems import IllegalTransition
from registry.applications.domain import ENDED, TRANSITIONS, Action, Status, advance, touch_the_same


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_what_ended_never_goes_on_and_everything_else_can() -> None:
    begins = {status for status, _ in TRANSITIONS}
    assert begins == set(Status) - ENDED
    assert all(status.is_open is (status not in ENDED) for status in Status)


def test_nothing_is_decided_that_was_not_reviewed() -> None:
    decided = {Status.APPROVED, Status.REFUSED}
    assert {before for (before, _), after in TRANSITIONS.items() if after in decided} == {
        Status.REVIEWED
    }


def test_an_applicant_may_withdraw_until_the_certificate_is_issued() -> None:
    may = {status for status, action in TRANSITIONS if action is Action.WITHDRAW}
    assert may == {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.CORRECTION,
        Status.ACCEPTED,
        Status.CONSULTING,
        Status.REVIEWED,
        Status.APPROVED,
    }


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (["address"], ["name"], []),
        (["address", "name"], ["name"], ["name"]),
        (["*"], ["name"], ["name"]),
        (["certificate"], ["*"], ["certificate"]),
        (["*"], ["*"], ["*"]),
    ],
)
def test_a_cancellation_touches_every_item(
    first: list[str], second: list[str], both: list[str]
) -> None:
    assert touch_the_same(first, second) == both


def test_every_status_and_action_can_be_told_in_chinese() -> None:
    assert all(one.label for one in (*Status, *Action))
