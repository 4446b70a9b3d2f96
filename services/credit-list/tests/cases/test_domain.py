"""Rules of cases, without a database."""

from datetime import date, timedelta
from itertools import product

import pytest

from credit_list.cases import domain
from credit_list.cases.domain import (
    TRANSITIONS,
    Action,
    Defence,
    HearingStatus,
    Status,
    advance,
)
from credit_list.cases.rules import Trigger
from liandong.problems import Conflict, IllegalTransition, Invalid

ENDS = date(2019, 10, 11)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def paths(status: Status, length: int) -> list[list[Action]]:
    """Every way of at most ``length`` actions that ends in a decision."""
    found: list[list[Action]] = []
    if length == 0:
        return found
    for (before, action), after in TRANSITIONS.items():
        if before is not status:
            continue
        if action is Action.DECIDE:
            found.append([action])
        found += [[action, *rest] for rest in paths(after, length - 1)]
    return found


def test_every_path_to_a_decision_has_a_notice_and_then_a_hearing_or_the_end_of_the_window() -> (
    None
):
    ways = paths(Status.PROPOSED, 6)
    assert len(ways) > 100
    for way in ways:
        assert way[-1] is Action.DECIDE
        served = max(i for i, one in enumerate(way) if one is Action.SERVE_NOTICE)
        assert Action.DRAFT_NOTICE in way[:served]
        assert Action.JOIN not in way[served:]
        after = way[served:]
        statements = [i for i, one in enumerate(after) if one is Action.RECORD_STATEMENT]
        if statements:
            assert Action.VERIFY_STATEMENT in after[statements[-1] :]
        else:
            assert Action.ELAPSE in after


def test_a_closed_case_stays_closed_and_only_its_decision_is_served() -> None:
    after = {(one, action): TRANSITIONS[one, action] for one, action in TRANSITIONS
             if one in domain.CLOSED}  # fmt: skip
    assert after == {
        (Status.DECIDED, Action.FAIL_SERVICE): Status.DECIDED,
        (Status.DECIDED, Action.SERVE_DECISION): Status.DECIDED,
    }


AFTER = ENDS + timedelta(days=1)


@pytest.mark.parametrize("status", list(Status))
def test_a_decision_is_possible_in_two_states_only(status: Status) -> None:
    decidable = status in (Status.STATEMENT_VERIFIED, Status.WINDOW_ELAPSED)
    defence = Defence(window_ends_on=ENDS)
    if decidable:
        assert domain.decide(status, defence, AFTER) is Status.DECIDED
    else:
        with pytest.raises(Conflict):
            domain.decide(status, defence, AFTER)


@pytest.mark.parametrize("status", domain.TOLD)
def test_a_hearing_asked_for_holds_up_every_decision(status: Status) -> None:
    defence = Defence(window_ends_on=ENDS, hearing=HearingStatus.REQUESTED)
    with pytest.raises(Conflict):
        domain.decide(status, defence, AFTER)


@pytest.mark.parametrize("hearing", [None, HearingStatus.HELD, HearingStatus.GIVEN_UP])
def test_before_the_window_has_ended_nothing_is_decided(hearing: HearingStatus | None) -> None:
    """Not even when a statement was verified or a hearing was had: more may be said."""
    defence = Defence(window_ends_on=ENDS, hearing=hearing)
    for status in domain.TOLD:
        with pytest.raises(domain.DefenceWindowOpen) as refused:
            domain.decide(status, defence, ENDS)
        assert refused.value.extra["decidable_on"] == AFTER.isoformat()
    assert domain.decide(Status.STATEMENT_VERIFIED, defence, AFTER) is Status.DECIDED


@pytest.mark.parametrize("status", domain.TOLD)
def test_an_unverified_statement_holds_up_the_decision_in_every_state(status: Status) -> None:
    defence = Defence(window_ends_on=ENDS, verify_by=ENDS, unverified=True)
    with pytest.raises(Conflict):
        domain.decide(status, defence, AFTER)


def test_the_last_day_belongs_to_the_window() -> None:
    assert not domain.window_is_over(ENDS, ENDS)
    assert domain.window_is_over(ENDS, ENDS + timedelta(days=1))


def test_a_statement_counts_on_the_last_day_and_not_after() -> None:
    served = date(2019, 9, 23)
    domain.check_received_on(ENDS, served, ENDS)
    with pytest.raises(domain.DefenceWindowOver):
        domain.check_received_on(ENDS + timedelta(days=1), served, ENDS)
    with pytest.raises(Invalid):
        domain.check_received_on(served - timedelta(days=1), served, ENDS)


def two_years() -> Trigger:
    return Trigger(
        list="serious",
        code="two-years-abnormal",
        text="满2年",
        legal_basis="第十五条",
        certainty="verified",  # pyright: ignore[reportArgumentType]
        after_months_on_abnormal=24,
    )


def test_two_years_on_the_abnormal_list_are_counted_to_the_day() -> None:
    since = date(2018, 3, 1)
    domain.check_abnormal_since(two_years(), since, date(2020, 3, 1))
    with pytest.raises(domain.NotLongEnoughAbnormal):
        domain.check_abnormal_since(two_years(), since, date(2020, 2, 29))
    with pytest.raises(domain.NotLongEnoughAbnormal):
        domain.check_abnormal_since(two_years(), None, date(2020, 3, 1))


@pytest.mark.parametrize(
    ("since", "reached"),
    [("2020-02-29", "2022-02-28"), ("2022-02-28", "2024-02-28"), ("2019-08-31", "2021-08-31")],
)
def test_the_two_years_end_on_the_corresponding_day_also_in_leap_years(
    since: str, reached: str
) -> None:
    day = date.fromisoformat(reached)
    domain.check_abnormal_since(two_years(), date.fromisoformat(since), day)
    with pytest.raises(domain.NotLongEnoughAbnormal):
        domain.check_abnormal_since(two_years(), date.fromisoformat(since), day - timedelta(days=1))
