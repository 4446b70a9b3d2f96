"""Rules of repairs, without a database."""

from datetime import date
from itertools import product

import pytest

from credit_list.listings.rules import ListTerms
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
