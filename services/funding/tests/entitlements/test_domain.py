"""States of entitlements, without a database."""

from itertools import product

import pytest

from funding.entitlements.domain import TRANSITIONS, Action, Status, advance
from liandong.problems import IllegalTransition


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_what_is_paid_stays_paid() -> None:
    assert not [action for status, action in TRANSITIONS if status is Status.PAID]
