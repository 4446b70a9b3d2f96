"""States of payments, without a database."""

from itertools import product

import pytest

from funding.payments.domain import BEFORE_HOLD, TRANSITIONS, Action, Status, advance
from liandong.problems import IllegalTransition


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    for before in (None, *BEFORE_HOLD) if action is Action.RELEASE else (None,):
        allowed = TRANSITIONS.get((status, action), ())
        if before in allowed:
            assert advance(status, action, before_hold=before) is before
        elif action is not Action.RELEASE and allowed:
            assert (advance(status, action),) == allowed
        else:
            with pytest.raises(IllegalTransition):
                advance(status, action, before_hold=before)


def test_a_held_payment_is_neither_approved_nor_made() -> None:
    held = {action for status, action in TRANSITIONS if status is Status.HELD}
    assert held == {Action.HOLD, Action.RELEASE, Action.CANCEL}


def test_what_is_made_or_cancelled_is_final() -> None:
    final = (Status.MADE, Status.CANCELLED)
    assert not [action for status, action in TRANSITIONS if status in final]
