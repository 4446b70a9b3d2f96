"""Rules of organisations, without a database."""

from itertools import product

import pytest

from liandong.problems import IllegalTransition
from registry.organizations.domain import TRANSITIONS, Action, Status, advance, bigrams


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_a_cancelled_organisation_never_comes_back() -> None:
    assert not [action for status, action in TRANSITIONS if status is Status.CANCELLED]


def test_names_are_compared_half_width_and_without_blanks() -> None:
    assert bigrams("合肥 市ＡＢ") == bigrams("合肥市AB")


def test_a_pair_of_signs_is_indexed_once() -> None:
    assert bigrams("好好好") == ["好好"]
