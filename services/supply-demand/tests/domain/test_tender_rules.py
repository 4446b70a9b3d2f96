"""The rules of a purchase, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from supply_demand.app import DEFINITION
from supply_demand.tenders.domain import TenderParameters, Terms, check

TODAY = date(2026, 3, 2)
RULES: TenderParameters = DEFINITION.rule_book().shipped["supply-demand.tenders"][-1].parameters
GOOD = Terms("open", 0, 12, "", date(2026, 3, 22))


def codes(terms: Terms, *, publishing: bool = True) -> list[tuple[str, str]]:
    return [(e.pointer, e.code) for e in check(terms, RULES, TODAY, publishing=publishing)]


def test_good_terms_have_no_errors() -> None:
    assert codes(GOOD) == []


def test_one_day_less_than_the_rule_is_too_soon_and_only_when_published() -> None:
    hasty = replace(GOOD, closes_on=date(2026, 3, 21))
    assert codes(hasty) == [("/closes_at", "too-soon")]
    assert codes(hasty, publishing=False) == []


@pytest.mark.parametrize(
    ("method", "invited", "right"),
    [
        ("open", 0, True),
        ("open", 1, False),
        ("invited", 2, False),
        ("invited", 3, True),
        ("single-source", 0, False),
        ("single-source", 1, True),
        ("single-source", 2, False),
        ("negotiation", 0, True),
        ("consultation", 0, True),
    ],
)
def test_each_method_invites_its_own_number(method: str, invited: int, right: bool) -> None:
    found = codes(replace(GOOD, method=method, invited=invited))
    assert found == ([] if right else [("/invited_organization_ids", "wrong-number")])


def test_an_unknown_method_names_the_known_ones() -> None:
    [error] = check(replace(GOOD, method="lottery"), RULES, TODAY, publishing=False)
    assert "公开招标" in error.message


@pytest.mark.parametrize(
    ("months", "basis", "wrong"),
    [
        (12, "", []),
        (13, "", [("/multi_year_basis", "missing")]),
        (13, "三年预算已批复", []),
        (36, "三年预算已批复", []),
        (37, "三年预算已批复", [("/term_months", "too-long")]),
    ],
)
def test_a_contract_longer_than_a_year_says_why_and_ends_after_three(
    months: int, basis: str, wrong: list[tuple[str, str]]
) -> None:
    assert codes(replace(GOOD, term_months=months, multi_year_basis=basis)) == wrong


@pytest.mark.parametrize("day", [date(2019, 9, 20), TODAY])
def test_every_subject_has_rules_in_2019_and_today(day: date) -> None:
    for name, shipped in DEFINITION.rule_book().shipped.items():
        assert [one for one in shipped if one.holds_on(day)], name
