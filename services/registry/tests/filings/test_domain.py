"""States, conditions and clocks of filings, without a database."""

from datetime import date
from itertools import product

import pytest

from liandong.problems import IllegalTransition
from liandong.values.working_days import load
from registry.app import DEFINITION
from registry.filings.clocks import Notice, notices, standing
from registry.filings.conditions import Candidate, findings
from registry.filings.domain import ENDED, TRANSITIONS, Action, Status, advance
from registry.filings.rules import FILINGS, FilingRules

_SHIPPED = DEFINITION.rule_book().shipped[FILINGS.name]
NATIONAL: FilingRules = next(one for one in _SHIPPED if one.jurisdiction == "100000").parameters
SHENZHEN: FilingRules = next(one for one in _SHIPPED if one.jurisdiction == "440300").parameters


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    assert status.label
    assert action.label
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_from_an_end_nothing_leads_away() -> None:
    assert not [one for one in TRANSITIONS if one[0] in ENDED]


def a_body(**given: object) -> Candidate:
    fields = {
        "district": "340103001001",
        "members": 5,
        "is_green": False,
        "is_internal_group": False,
        "is_for_profit": False,
        "charges_for_services": False,
        "filled": {"purpose", "contact_phone", "address", "articles"},
        "documents": ["application", "member-list", "premises"],
    }
    return Candidate(**{**fields, **given})  # type: ignore[arg-type]


def of(body: Candidate, rules: FilingRules = NATIONAL) -> list[str]:
    return [one.code for one in findings(body, rules)]


def test_a_body_that_fulfils_everything_is_found_nothing_against() -> None:
    assert of(a_body()) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"members": 4}, "too-few-members"),
        ({"district": "340103"}, "not-in-a-street"),
        ({"district": "340103000000"}, "not-in-a-street"),
        ({"is_internal_group": True}, "internal-group"),
        ({"is_for_profit": True}, "for-profit"),
        ({"filled": {"purpose", "contact_phone", "address"}}, "articles"),
        ({"documents": ["application", "member-list"]}, "premises"),
    ],
)
def test_each_condition_is_told_with_its_basis(given: dict[str, object], code: str) -> None:
    [found] = findings(a_body(**given), NATIONAL)
    assert found.code == code
    assert found.message.endswith("）")


def test_a_street_is_close_enough_to_be_filed_in() -> None:
    assert of(a_body(district="340103001")) == []
    assert of(a_body(district="340103001000")) == []


def test_the_green_channel_asks_for_fewer_members_and_papers() -> None:
    light = a_body(
        members=3,
        is_green=True,
        filled={"purpose", "contact_phone"},
        documents=["application", "member-list"],
    )
    assert of(light) == []
    assert of(a_body(members=2, is_green=True)) == ["too-few-members"]


def test_bodies_that_charge_register_in_shenzhen_and_are_filed_elsewhere() -> None:
    charges = a_body(charges_for_services=True)
    assert of(charges, SHENZHEN) == ["must-register"]
    assert of(charges) == []


@pytest.mark.parametrize(
    ("today", "urgency"),
    [("2026-03-04", "running"), ("2026-03-05", "due-soon"), ("2026-03-09", "due-soon"),
     ("2026-03-10", "overdue")],
)  # fmt: skip
def test_five_working_days_from_monday_end_on_the_next_monday(today: str, urgency: str) -> None:
    since = date(2026, 3, 2)
    found = standing(NATIONAL.opinion, since, date.fromisoformat(today), load())
    assert (found.due_on, found.urgency.value) == (date(2026, 3, 9), urgency)


def test_the_warning_comes_two_working_days_before_and_the_overdue_a_day_after() -> None:
    assert notices(NATIONAL.opinion, date(2026, 3, 2), load()) == [
        (date(2026, 3, 5), Notice.DUE_SOON),
        (date(2026, 3, 10), Notice.OVERDUE),
    ]


def test_in_a_year_without_calendar_the_days_are_provisional() -> None:
    found = standing(NATIONAL.opinion, date(2040, 3, 1), date(2040, 3, 1), load())
    assert found.is_provisional
