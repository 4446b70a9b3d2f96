"""撤销登记: the states, and what the shipped rules say."""

from itertools import product

import pytest

from liandong.problems import IllegalTransition
from registry.revocations.domain import OPEN, TRANSITIONS, Action, Status, advance


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert status in OPEN
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_nothing_is_decided_that_was_not_noticed() -> None:
    assert [status for status, action in TRANSITIONS if action is Action.DECIDE] == [Status.NOTICED]
