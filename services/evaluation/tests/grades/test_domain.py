"""Rules of grading, without a database."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from evaluation.app import DEFINITION
from evaluation.grades.domain import (
    TRANSITIONS,
    Action,
    NoLowerGrade,
    Status,
    Vote,
    advance,
    band_of,
    barred_until,
    lowered,
    score_findings,
    validity,
    vote_findings,
)
from evaluation.grades.rules import GradeRules, GradeScale, Level
from liandong.problems import IllegalTransition
from liandong.rules.rule_set import RuleSet

BOOK = DEFINITION.rule_book()


def rules(version: str) -> GradeRules:
    found: list[RuleSet[GradeRules]] = BOOK.shipped["evaluation.grades"]
    return next(one.parameters for one in found if one.version == version)


def scale(version: str) -> GradeScale:
    found: list[RuleSet[GradeScale]] = BOOK.shipped["evaluation.grade-scale"]
    return next(one.parameters for one in found if one.version == version)


ORDER_39, REVISION = rules("order-39"), rules("revision-2026")
ANQING, COMMON = scale("anqing-1000"), scale("common-practice")


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_only_the_listed_transitions_exist(status: Status, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_a_grade_that_ended_never_comes_back() -> None:
    ended = {Status.SUPERSEDED, Status.CANCELLED, Status.EXPIRED, Status.WITHDRAWN}
    assert not [action for status, action in TRANSITIONS if status in ended]


def codes(vote: Vote) -> list[str]:
    return [finding.code for finding in vote_findings(vote, ORDER_39)]


@pytest.mark.parametrize(
    ("members", "present", "yes"),
    [(7, 5, 4), (7, 7, 4), (7, 5, 5), (25, 17, 13), (9, 6, 5), (10, 7, 6)],
)
def test_two_thirds_present_and_more_than_half_of_all_members_carry_the_conclusion(
    members: int, present: int, yes: int
) -> None:
    assert codes(Vote(members, present, yes)) == []


@pytest.mark.parametrize(("members", "present"), [(7, 4), (25, 16), (9, 5), (10, 6)])
def test_less_than_two_thirds_of_the_members_are_no_quorum(members: int, present: int) -> None:
    assert "no-quorum" in codes(Vote(members, present, present))


def test_two_thirds_of_twenty_five_are_seventeen() -> None:
    [finding] = list(vote_findings(Vote(25, 16, 16), ORDER_39))
    assert "17" in finding.message


@pytest.mark.parametrize(
    ("members", "present", "yes"), [(7, 5, 3), (8, 8, 4), (24, 24, 12), (25, 17, 12)]
)
def test_half_of_all_members_is_not_enough_even_when_most_of_those_present_agree(
    members: int, present: int, yes: int
) -> None:
    assert codes(Vote(members, present, yes)) == ["not-carried"]


@pytest.mark.parametrize("members", [6, 26])
def test_a_committee_has_seven_to_twenty_five_members(members: int) -> None:
    assert codes(Vote(members, members, members)) == ["committee-size"]


def test_more_votes_than_people_are_a_typing_error() -> None:
    assert codes(Vote(7, 8, 7)) == ["more-than-members"]
    assert codes(Vote(7, 5, 6)) == ["more-than-present"]


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("1100", "5A"),
        ("951", "5A"),
        ("950.01", "5A"),
        ("950", "4A"),
        ("901", "4A"),
        ("900", "3A"),
        ("899.5", "3A"),
        ("850", "2A"),
        ("800", "1A"),
        ("0", "1A"),
    ],
)
def test_the_bands_of_anqing_at_their_edges(score: str, grade: str) -> None:
    assert band_of(Decimal(score), ANQING) == grade


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("951", "5A"),
        ("950", "4A"),
        ("900", "3A"),
        ("899.5", "3A"),
        ("801", "3A"),
        ("700", "1A"),
        ("601", "1A"),
        ("600", None),
    ],
)
def test_the_bands_of_common_practice_at_their_edges(score: str, grade: str | None) -> None:
    assert band_of(Decimal(score), COMMON) == grade


def test_an_inclusive_edge_belongs_to_the_better_grade() -> None:
    inclusive = GradeScale.model_validate(
        {
            "max_score": 100,
            "bands": [
                {"grade": "5A", "min_score": 90, "min_inclusive": True},
                {"grade": "4A", "min_score": 80, "min_inclusive": True},
            ],
        }
    )
    assert band_of(Decimal(90), inclusive) is Level.A5
    assert band_of(Decimal("89.99"), inclusive) is Level.A4


def test_bands_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="由高到低"):
        GradeScale.model_validate(
            {
                "max_score": 100,
                "bands": [
                    {"grade": "4A", "min_score": 80, "min_inclusive": True},
                    {"grade": "5A", "min_score": 90, "min_inclusive": True},
                ],
            }
        )


def test_a_score_of_another_band_or_above_full_marks_does_not_go_with_the_grade() -> None:
    def found(score: str | None) -> list[str]:
        number = None if score is None else Decimal(score)
        return [one.code for one in score_findings(Level.A5, number, COMMON)]

    assert found("951") == []
    assert found("950") == ["outside-band"]
    assert found("1000.5") == ["above-maximum"]
    assert found(None) == []


def test_under_order_39_a_grade_lasts_five_years_from_its_confirmation() -> None:
    assert validity(date(2018, 12, 28), ORDER_39) == (date(2018, 12, 28), date(2023, 12, 28))


def test_a_grade_confirmed_on_a_leap_day_lasts_five_full_years() -> None:
    assert validity(date(2028, 2, 29), ORDER_39) == (date(2028, 2, 29), date(2033, 3, 1))


def test_under_the_2026_revision_a_grade_lasts_five_calendar_years() -> None:
    assert validity(date(2026, 3, 1), REVISION) == (date(2027, 1, 1), date(2031, 12, 31))
    assert validity(date(2026, 12, 31), REVISION) == (date(2027, 1, 1), date(2031, 12, 31))


def test_a_grade_is_lowered_by_one_step_unless_told() -> None:
    assert lowered(Level.A5) is Level.A4
    assert lowered(Level.A5, Level.A2) is Level.A2


@pytest.mark.parametrize("to", [Level.A3, Level.A4])
def test_a_grade_is_lowered_to_a_lower_one_only(to: Level) -> None:
    with pytest.raises(NoLowerGrade):
        lowered(Level.A3, to)


def test_below_1a_there_is_no_grade() -> None:
    with pytest.raises(NoLowerGrade):
        lowered(Level.A1)


def test_after_an_adjustment_two_years_and_after_a_cancellation_three_years_must_pass() -> None:
    assert barred_until(None, None, ORDER_39) is None
    assert barred_until(date(2024, 2, 29), None, ORDER_39) == date(2026, 3, 1)
    assert barred_until(None, date(2024, 5, 1), ORDER_39) == date(2027, 5, 1)
    assert barred_until(date(2026, 5, 1), date(2024, 5, 1), ORDER_39) == date(2028, 5, 1)
