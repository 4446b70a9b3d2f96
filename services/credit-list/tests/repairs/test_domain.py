"""Rules of repairs, without a database."""

from datetime import date
from itertools import product

import pytest

from credit_list.listings.rules import ListTerms
from credit_list.repairs import domain
from credit_list.repairs.domain import TRANSITIONS, Action, Status, advance, check_grant
from liandong.problems import Conflict, IllegalTransition

EXIT = date(2021, 10, 12)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


@pytest.mark.parametrize(
    ("early", "today", "met", "status", "granted"),
    [
        (False, EXIT, True, "active", True),
        (False, date(2021, 10, 11), True, "active", False),
        (True, date(2019, 11, 1), True, "active", True),
        (True, date(2019, 11, 1), False, "active", False),
        (False, EXIT, False, "active", False),
        (False, EXIT, True, "revoked", False),
    ],
)
def test_a_repair_needs_its_day_its_duty_and_a_body_that_is_not_revoked(
    early: bool, today: date, met: bool, status: str, granted: bool
) -> None:
    terms = ListTerms.model_validate(
        {
            "min_term_months": 24,
            "term_certainty": "verified",
            "early_repair_allowed": early,
            "measures": [],
        }
    )

    def grant() -> None:
        check_grant(terms, EXIT, today, obligations_met=met, organization_status=status)

    if granted:
        grant()
    else:
        with pytest.raises(Conflict):
            grant()


def ways(status: Status, length: int) -> list[list[Action]]:
    """Every way of at most ``length`` actions that ends in a grant."""
    found: list[list[Action]] = []
    if length == 0:
        return found
    for (before, action), after in TRANSITIONS.items():
        if before is not status:
            continue
        if after is Status.GRANTED:
            found.append([action])
        found += [[action, *rest] for rest in ways(after, length - 1)]
    return found


def test_every_way_to_a_grant_goes_by_an_acceptance_and_then_a_check() -> None:
    found = ways(Status.APPLIED, 8)
    assert len(found) > 5
    for way in found:
        assert Action.CHECK in way[way.index(Action.ACCEPT) :]


def test_a_closed_application_stays_closed() -> None:
    assert {before for before, _ in TRANSITIONS} == {*domain.OPEN}


@pytest.mark.parametrize("standing", [["1", "2"], ["2"], []])
def test_other_grounds_than_the_check_has_seen_outdate_it(standing: list[str]) -> None:
    domain.check_up_to_date(["1"], ["1"])
    with pytest.raises(domain.CheckOutdated):
        domain.check_up_to_date(["1"], standing)


def test_one_applies_again_when_both_the_refusal_and_the_term_are_over() -> None:
    refused = date(2021, 10, 1)
    assert domain.reapply_from(refused, None, 10) == date(2021, 10, 11)
    assert domain.reapply_from(refused, EXIT, 10) == EXIT
    assert domain.reapply_from(EXIT, EXIT, 0) == EXIT
