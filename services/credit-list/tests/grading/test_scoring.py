"""Scoring, on the shipped rule set and on any facts."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from credit_list.app import DEFINITION
from credit_list.grading import narrative
from credit_list.grading.domain import (
    FAVOURABLE,
    GRADE,
    KINDS,
    ON_ABNORMAL,
    ON_RED,
    ON_SERIOUS,
    Fact,
    Grade,
    Level,
    kind_text,
)
from credit_list.grading.rules import GRADING, GradingParameters
from credit_list.grading.scoring import Assessment, assess, grade_of
from credit_list.periods import add_months

RULES: GradingParameters = DEFINITION.rule_book().shipped[GRADING.name][-1].parameters
TODAY = date(2026, 3, 2)
RESULTS = ["qualified", "basically_qualified", "unqualified", "overdue", "5A", "3A", None]
SANCTIONS = ["warning", "fine", "confiscation", "suspension", "revocation"]


def fact(kind: str, day: date = TODAY, key: str = "", **given: Any) -> Fact:
    return Fact(key=key or f"{kind}-{day}-{given}", kind=kind, day=day, **given)


def assessed(*facts: Fact, today: date = TODAY) -> Assessment:
    return assess(facts, RULES, today)


def codes(made: Assessment) -> dict[str, int]:
    return {one.item.code: one.points for one in made.items}


@st.composite
def some_fact(draw: st.DrawFn, kinds: frozenset[str] = KINDS) -> Fact:
    return Fact(
        key=draw(st.uuids()).hex,
        kind=draw(st.sampled_from(sorted(kinds))),
        day=TODAY - timedelta(days=draw(st.integers(-40, 1500))),
        result=draw(st.sampled_from(RESULTS)),
        sanctions=frozenset(draw(st.lists(st.sampled_from(SANCTIONS), max_size=3))),
        fine_fen=draw(st.sampled_from([0, 1, 4_999_999, 5_000_000])),
        remedied=draw(st.booleans()),
    )


ADVERSE = KINDS - FAVOURABLE - {"inspection_verdict"}


@settings(deadline=None)
@given(st.lists(some_fact(), max_size=20), some_fact(ADVERSE))
def test_an_adverse_fact_never_raises_score_or_grade(facts: list[Fact], more: Fact) -> None:
    before, after = assessed(*facts), assessed(*facts, more)
    assert after.score <= before.score
    assert after.grade >= before.grade


@settings(deadline=None)
@given(st.lists(some_fact(), max_size=20), some_fact(FAVOURABLE))
def test_a_favourable_fact_never_lowers_score_or_grade(facts: list[Fact], more: Fact) -> None:
    before, after = assessed(*facts), assessed(*facts, more)
    assert after.score >= before.score
    assert after.grade <= before.grade


@settings(deadline=None)
@given(st.lists(some_fact(), max_size=12), st.randoms())
def test_the_order_of_the_facts_does_not_matter(facts: list[Fact], dice: Any) -> None:
    shuffled = list(facts)
    dice.shuffle(shuffled)
    assert assessed(*facts) == assessed(*shuffled)


@settings(deadline=None)
@given(st.lists(some_fact(), max_size=40))
def test_every_cap_holds(facts: list[Fact]) -> None:
    made = assessed(*facts)
    assert RULES.lowest <= made.score <= RULES.highest
    assert all(abs(one.points) <= one.item.cap for one in made.items)
    for category in RULES.categories:
        assert -category.most_minus <= made.categories[category.code] <= category.most_plus
    counted = [found.key for one in made.items for found in one.facts]
    assert len(counted) == len({*counted})


@settings(deadline=None)
@given(st.lists(some_fact(), max_size=8))
def test_nothing_changes_by_time_before_the_day_that_is_named(facts: list[Fact]) -> None:
    made = assessed(*facts)
    day = made.next_change_on or TODAY + timedelta(days=4000)
    assert day > TODAY
    for one in (TODAY + (day - TODAY) / 2, day - timedelta(days=1)):
        later = assessed(*facts, today=one)
        assert (later.score, later.grade) == (made.score, made.grade)
        assert later.items == made.items


def test_who_has_no_facts_starts_in_the_middle() -> None:
    made = assessed()
    assert (made.score, made.grade, made.supervision.level) == (80, Grade.B, Level.STANDARD)
    assert made.next_change_on is None


def test_merits_make_an_a_and_less_supervision() -> None:
    verdicts = [fact("inspection_verdict", key=str(n), result="qualified") for n in range(2)]
    made = assessed(*verdicts, fact(GRADE, result="5A"))
    assert (made.score, made.grade) == (96, Grade.A)
    assert (made.supervision.level, made.supervision.sampling_weight) == (Level.RELAXED, "low")


def test_the_serious_list_is_a_d_and_the_abnormal_list_at_most_a_c_whatever_the_score() -> None:
    merits = [fact(GRADE, result="5A"), fact(ON_RED), fact("commendation")]
    assert assessed(*merits, fact(ON_SERIOUS)).grade is Grade.D
    made = assessed(*merits, fact(ON_ABNORMAL))
    assert (made.score, made.by_score, made.grade) == (78, Grade.B, Grade.C)
    words = narrative.explanation(made, RULES)
    assert "在活动异常名录上的，等级不高于C" in words
    assert "加强监管" in words


@pytest.mark.parametrize(
    ("sanctions", "fine", "expected"),
    [
        (["warning"], 0, "penalty-warning"),
        (["warning", "fine"], 1, "penalty-ordinary"),
        (["fine"], 4_999_999, "penalty-ordinary"),
        (["fine"], 5_000_000, "penalty-heavy"),
        (["suspension"], 0, "penalty-heavy"),
        (["confiscation"], 0, "penalty-ordinary"),
    ],
)
def test_a_penalty_counts_in_one_line(sanctions: list[str], fine: int, expected: str) -> None:
    found = fact("penalty", sanctions=frozenset(sanctions), fine_fen=fine)
    assert list(codes(assessed(found))) == [expected]


def test_a_fact_counts_through_its_last_day_and_no_longer() -> None:
    day = date(2024, 2, 29)
    warned = fact("penalty", day, sanctions=frozenset({"warning"}))
    last = add_months(day, 24)
    assert last == date(2026, 2, 28)
    made = assessed(warned, today=last)
    assert (codes(made), made.next_change_on) == ({"penalty-warning": -10}, date(2026, 3, 1))
    after = assessed(warned, today=date(2026, 3, 1))
    assert (codes(after), after.score, after.next_change_on) == ({}, 80, None)


def test_a_fact_of_tomorrow_counts_tomorrow() -> None:
    made = assessed(fact("report_missed", TODAY + timedelta(days=1)))
    assert (made.score, made.next_change_on) == (80, TODAY + timedelta(days=1))


def test_a_grade_counts_until_its_last_day_without_anybody_telling() -> None:
    graded = fact(GRADE, TODAY - timedelta(days=9), result="4A", until=TODAY)
    assert assessed(graded).score == 87
    assert assessed(graded).next_change_on == TODAY + timedelta(days=1)
    assert assessed(graded, today=TODAY + timedelta(days=1)).score == 80


def test_the_explanation_says_how_many_how_much_and_what_the_cap_left() -> None:
    findings = [fact("check_finding", key=str(number)) for number in range(4)]
    made = assessed(*findings)
    [line] = narrative.items(made)
    assert line["explanation"] == "检查发现问题：4项，每项-3分，合计-12分，本项上限9分，计-9分"
    assert [one["id"] for one in line["facts"]] == ["0", "1", "2", "3"]
    assert line["facts"][0]["counts_until"] == "2028-03-02"
    assert narrative.explanation(made, RULES) == (
        "起评80分，检查与整改-9分，得分71分，按分数为C级；加强监管。"
    )


@pytest.mark.parametrize(
    ("score", "grade"), [(90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D")]
)
def test_the_bands_begin_at_their_least_score(score: int, grade: str) -> None:
    assert grade_of(score, RULES) == grade


def test_every_kind_has_a_name() -> None:
    assert all(kind_text(kind) for kind in KINDS)
    assert all(level.label for level in Level)


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ["penalty"], "points": 5},
        {"kinds": ["grade"], "points": -5},
        {"kinds": ["inspection_verdict"], "points": 5},
        {"kinds": ["inspection_verdict"], "results": ["qualified"], "points": -5},
        {"kinds": ["inspection_verdict"], "points": -5},
        {"kinds": ["unheard-of"], "points": -5},
        {"points": 0},
        {"category": "unheard-of"},
    ],
)
def test_a_table_that_rewards_breaches_or_punishes_merits_is_refused(
    change: dict[str, Any],
) -> None:
    content = RULES.model_dump(mode="json")
    content["items"][3] |= change
    with pytest.raises(ValidationError):
        GradingParameters.model_validate(content)


@pytest.mark.parametrize(
    "change",
    [
        {"bands": {"A": 90, "B": 75}},
        {"bands": {"A": 75, "B": 75, "C": 60}},
        {"starting_score": 101},
        {"supervision": {}},
    ],
)
def test_a_rule_set_that_leaves_something_open_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GradingParameters.model_validate(RULES.model_dump(mode="json") | change)
