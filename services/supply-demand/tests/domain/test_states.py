"""Every pair of state and action of every aggregate, and what the tables promise."""

from itertools import product
from typing import Any

import pytest

from liandong.problems import IllegalTransition
from supply_demand.bids import domain as bids
from supply_demand.demands import domain as demands
from supply_demand.fairs import domain as fairs
from supply_demand.offers import domain as offers
from supply_demand.sites import domain as sites
from supply_demand.states import follow
from supply_demand.tenders import domain as tenders

MACHINES: dict[str, tuple[Any, Any, Any]] = {
    "demand": (demands.TRANSITIONS, demands.Status, demands.Action),
    "offer": (offers.TRANSITIONS, offers.Status, offers.Action),
    "fair": (fairs.FAIR_TRANSITIONS, fairs.FairStatus, fairs.FairAction),
    "match": (fairs.MATCH_TRANSITIONS, fairs.MatchStatus, fairs.MatchAction),
    "tender": (tenders.TRANSITIONS, tenders.Status, tenders.Action),
    "bid": (bids.TRANSITIONS, bids.Status, bids.Action),
    "site": (sites.TRANSITIONS, sites.Status, sites.Action),
}
PAIRS = [
    (name, status, action)
    for name, (_, statuses, actions) in MACHINES.items()
    for status, action in product(statuses, actions)
]
FINAL = {
    "demand": {"closed", "withdrawn", "expired"},
    "offer": set(),
    "fair": {"closed", "cancelled"},
    "match": {"released"},
    "tender": {"awarded", "cancelled"},
    "bid": {"withdrawn", "disqualified", "lost", "won"},
    "site": {"withdrawn"},
}


@pytest.mark.parametrize(("name", "status", "action"), PAIRS)
def test_only_the_listed_transitions_exist(name: str, status: Any, action: Any) -> None:
    table = MACHINES[name][0]
    if (status, action) in table:
        assert follow(table, status, action) is table[status, action]
    else:
        with pytest.raises(IllegalTransition) as refused:
            follow(table, status, action)
        assert status.label in refused.value.detail
        assert action.label in refused.value.detail


@pytest.mark.parametrize("name", MACHINES)
def test_final_states_are_left_by_no_action(name: str) -> None:
    table, statuses, _ = MACHINES[name]
    left = {status for status, _ in table}
    assert {status.value for status in statuses if status not in left} == FINAL[name]


@pytest.mark.parametrize("name", MACHINES)
def test_every_action_and_every_state_but_the_first_is_reached(name: str) -> None:
    table, statuses, actions = MACHINES[name]
    first = next(iter(statuses))
    assert {action for _, action in table} == set(actions)
    assert {first, *table.values()} == set(statuses)


def test_a_disqualified_bid_never_comes_back() -> None:
    assert not [action for status, action in bids.TRANSITIONS if status == "disqualified"]


@pytest.mark.parametrize(("status", "own"), list(product(tenders.Status, (True, False))))
def test_amounts_are_seen_by_others_only_after_the_tender_closed(
    status: tenders.Status, own: bool
) -> None:
    opened = status in (tenders.Status.CLOSED, tenders.Status.AWARDED)
    assert bids.is_sealed(status, own=own) is not (own or opened)
