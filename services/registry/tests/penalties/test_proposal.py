"""What the articles allow: kinds, amounts, levels."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.app import DEFINITION
from registry.organizations.domain import Kind
from registry.penalties.domain import Class, Level, Sanction
from registry.penalties.proposal import (
    Proposal,
    articles,
    faults,
    fine_range,
    is_heavy,
    publication_class,
)
from registry.penalties.rules import PENALTIES, Base, PenaltyRules
from services.registry.tests.penalties import casebook

RULES: PenaltyRules = DEFINITION.rule_book().shipped[PENALTIES.name][-1].parameters
LISTED = RULES.violation("illegal-fees")
assert LISTED is not None


def a_proposal(**given: Any) -> Proposal:
    return Proposal.model_validate(casebook.proposal(**given))


def found(kind: Kind = Kind.ASSOCIATION, **given: Any) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in faults(a_proposal(**given), kind, RULES)]


@pytest.mark.parametrize(
    ("level", "base", "least", "most"),
    [
        # One to three times a turnover of 10,000 元: the span is 20,000 元.
        (Level.MITIGATED, Base.TURNOVER, 0, 1_000_000),
        (Level.LIGHT, Base.TURNOVER, 1_000_000, 1_600_000),
        (Level.ORDINARY, Base.TURNOVER, 1_600_000, 2_400_000),
        (Level.HEAVY, Base.TURNOVER, 2_400_000, 3_000_000),
        # Three to five times an income of 1,000.01 元, rounded inwards.
        (Level.LIGHT, Base.INCOME, 300_003, 360_003),
        (Level.ORDINARY, Base.INCOME, 360_004, 440_004),
        (Level.HEAVY, Base.INCOME, 440_005, 500_005),
    ],
)
def test_a_level_uses_its_share_of_the_range(
    level: Level, base: Base, least: int, most: int
) -> None:
    one = a_proposal(level=level, base=base, turnover_fen=1_000_000, income_fen=100_001)
    bounds = fine_range(LISTED, one, RULES)
    assert bounds is not None
    assert (bounds.least, bounds.most) == (least, most)


@given(
    st.sampled_from(list(Level)),
    st.sampled_from([Base.TURNOVER, Base.INCOME]),
    st.integers(1, 10**14),
    st.integers(0, 600),
    st.integers(-2, 2),
)
def test_no_fine_leaves_the_range_of_the_article(
    level: Level, base: Base, amount: int, percent: int, near: int
) -> None:
    fine = max(1, amount * percent // 100 + near)
    one = a_proposal(level=level, base=base, turnover_fen=amount, income_fen=amount, fine_fen=fine)
    bounds = fine_range(LISTED, one, RULES)
    assert bounds is not None
    least, most = (1, 3) if base is Base.TURNOVER else (3, 5)
    assert bounds.most <= most * amount
    assert bounds.least >= (0 if level is Level.MITIGATED else least * amount)
    allowed = bounds.least <= fine <= bounds.most
    assert (not faults(one, Kind.ASSOCIATION, RULES)) == allowed


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"violations": ["unheard-of"]}, [("/violations/0", "unknown-violation")]),
        ({"fine_fen": 1_599_999}, [("/fine_fen", "out-of-range")]),
        ({"fine_fen": 2_400_001}, [("/fine_fen", "out-of-range")]),
        ({"fine_fen": 0}, [("/fine_fen", "amount-and-kind"), ("/fine_fen", "out-of-range")]),
        ({"sanctions": ["warning"]}, [("/fine_fen", "amount-and-kind")]),
        ({"base": None}, [("/base", "no-basis")]),
        ({"turnover_fen": 0}, [("/base", "no-basis")]),
        ({"sanctions": ["warning", "warning", "fine"]}, [("/sanctions", "twice")]),
        (
            {**casebook.REVOCATION, "level": "ordinary"},
            [("/sanctions/0", "only-if-heavy")],
        ),
        (
            {**casebook.REVOCATION, "violations": ["no-activity"], "level": "ordinary"},
            [],
        ),
        (
            {**casebook.SUSPENSION, "violations": ["no-activity"]},
            [("/sanctions/0", "no-basis")],
        ),
        (
            {**casebook.SUSPENSION, "sanctions": ["suspension", "revocation"], "level": "heavy"},
            [("/sanctions", "contradictory")],
        ),
        ({**casebook.SUSPENSION, "suspension_months": 7}, [("/suspension_months", "out-of-range")]),
        ({**casebook.SUSPENSION, "suspension_months": 0}, [("/suspension_months", "out-of-range")]),
        ({"suspension_months": 1}, [("/suspension_months", "amount-and-kind")]),
        (
            {"sanctions": ["warning", "fine", "confiscation"], "confiscation_fen": 1_000_001},
            [("/confiscation_fen", "out-of-range")],
        ),
    ],
)
def test_what_the_articles_do_not_allow_is_told_with_its_place(
    given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert found(**given) == expected


def test_a_filed_group_without_legal_personality_is_not_punished_by_these_articles() -> None:
    assert found(Kind.COMMUNITY_GROUP) == [("/violations/0", "no-basis")]


def test_the_article_follows_the_legal_type() -> None:
    one = a_proposal()
    assert articles(one, Kind.ASSOCIATION, RULES) == ["《社会团体登记管理条例》第三十条"]
    assert articles(one, Kind.FOUNDATION, RULES) == ["《基金会管理条例》第四十二条"]


@pytest.mark.parametrize(
    ("given", "heavy", "published"),
    [
        (casebook.WARNING, False, Class.MINOR),
        ({"fine_fen": 4_999_999}, False, Class.ORDINARY),
        ({"fine_fen": 5_000_000}, True, Class.ORDINARY),
        ({"fine_fen": 20_000_000}, True, Class.SERIOUS),
        (casebook.SUSPENSION, True, Class.SERIOUS),
        (casebook.REVOCATION, True, Class.SERIOUS),
        (
            {**casebook.WARNING, "sanctions": ["confiscation"], "confiscation_fen": 5_000_000},
            True,
            Class.ORDINARY,
        ),
    ],
)
def test_what_is_heavy_and_how_long_it_is_published(
    given: dict[str, Any], heavy: bool, published: Class
) -> None:
    one = a_proposal(**given)
    assert (is_heavy(one, RULES), publication_class(one, RULES)) == (heavy, published)


def test_heavier_is_another_kind_more_money_or_more_time() -> None:
    one = a_proposal()
    assert not one.is_heavier_than(one)
    assert a_proposal(fine_fen=2_000_001).is_heavier_than(one)
    assert a_proposal(**casebook.SUSPENSION).is_heavier_than(one)
    assert not a_proposal(**casebook.WARNING).is_heavier_than(one)


def test_rules_that_would_double_numbers_or_fewer_officers_than_two_are_refused() -> None:
    shipped = RULES.model_dump()
    for change in ({"number": "第{serial}号"}, {"officers_least": 1}, {"levels": {}}):
        with pytest.raises(ValidationError):
            PenaltyRules.model_validate(shipped | change)
    assert Sanction.FINE in LISTED.sanctions
