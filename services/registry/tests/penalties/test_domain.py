"""States and safeguards of penalty cases, without a database."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liandong.problems import IllegalTransition
from registry.penalties.domain import (
    ENDED,
    TRANSITIONS,
    UNDECIDED,
    Action,
    Class,
    Effect,
    Level,
    Obstacle,
    Safeguards,
    Sanction,
    Status,
    advance,
)

DAY = date(2026, 3, 2)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_what_ended_never_goes_on_but_for_its_publication_and_its_withdrawal() -> None:
    later = {(status, action) for status, action in TRANSITIONS if status in ENDED}
    assert later == {(Status.EXECUTED, Action.PUBLISH), (Status.EXECUTED, Action.WITHDRAW)}


def _ways_to(target: Status) -> list[list[Action]]:
    """Every way from the filing to the target without going in a circle."""
    found: list[list[Action]] = []

    def walk(status: Status, seen: frozenset[Status], way: list[Action]) -> None:
        if status is target:
            found.append(way)
            return
        for (before, action), after in TRANSITIONS.items():
            if before is status and after not in seen:
                walk(after, seen | {after}, [*way, action])

    walk(Status.FILED, frozenset({Status.FILED}), [])
    return found


def test_every_way_to_a_decision_passes_the_notice_and_the_legal_review() -> None:
    ways = _ways_to(Status.DECIDED)
    assert len(ways) == 2
    for way in ways:
        assert way.index(Action.PROPOSE) < way.index(Action.SERVE_NOTICE)
        assert way.index(Action.SERVE_NOTICE) < way.index(Action.REVIEW)
        assert way.index(Action.REVIEW) < way.index(Action.DECIDE)
        if Action.REQUEST_HEARING in way:
            assert way.index(Action.END_HEARING) < way.index(Action.REVIEW)


def test_a_case_sent_back_is_noticed_anew() -> None:
    assert {after for (_, action), after in TRANSITIONS.items() if action is Action.REOPEN} == {
        Status.FILED
    }


def test_only_before_the_decision_may_a_case_end_without_a_penalty() -> None:
    ends = {Action.SPARE, Action.DISMISS, Action.TRANSFER}
    assert {status for status, action in TRANSITIONS if action in ends} == {*UNDECIDED}


@given(
    st.builds(
        Safeguards,
        notice_served_on=st.none() | DAYS,
        statement_until=st.none() | DAYS,
        hearing_until=st.none() | DAYS,
        hearing_requested_on=st.none() | DAYS,
        hearing_ended_on=st.none() | DAYS,
    ),
    DAYS,
)
def test_without_notice_window_and_hearing_there_is_always_an_obstacle(
    safeguards: Safeguards, today: date
) -> None:
    if safeguards.obstacles(today):
        return
    assert safeguards.notice_served_on is not None
    assert safeguards.statement_until is not None
    assert safeguards.statement_until < today
    if safeguards.hearing_requested_on is not None:
        assert safeguards.hearing_ended_on is not None
    elif safeguards.hearing_until is not None:
        assert safeguards.hearing_until < today


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (DAY, [Obstacle.WINDOW_OPEN, Obstacle.HEARING_WINDOW_OPEN]),
        (DAY + timedelta(days=7), [Obstacle.WINDOW_OPEN, Obstacle.HEARING_WINDOW_OPEN]),
        (DAY + timedelta(days=8), []),
    ],
)
def test_the_last_day_of_the_windows_still_belongs_to_the_party(
    today: date, expected: list[Obstacle]
) -> None:
    until = DAY + timedelta(days=7)
    assert Safeguards(DAY, until, until).obstacles(today) == expected


def test_everything_can_be_told_in_chinese() -> None:
    kinds = (*Status, *Action, *Sanction, *Level, *Obstacle)
    assert all(one.label for one in kinds)
    assert len(Class) == len(Effect) == 3
