"""What the rule sets of grading hold."""

from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject


class Level(StrEnum):
    """评估等级; greater is better."""

    A1 = "1A"
    A2 = "2A"
    A3 = "3A"
    A4 = "4A"
    A5 = "5A"


class ValidityStart(StrEnum):
    ON_CONFIRMATION = "on-confirmation"
    NEXT_JANUARY = "next-january"


class Fraction(Parameters):
    """Kept as two integers: two thirds of 25 must not depend on rounding."""

    numerator: int = Field(ge=0)
    denominator: int = Field(ge=1)


class Reason(Parameters):
    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=100)


class GradeRules(Parameters):
    """``evaluation.grades``: committee, publicity, validity, adjustment and cancellation."""

    committee_members_min: int = Field(ge=1)
    committee_members_max: int = Field(ge=1)
    quorum: Fraction
    """Of all members, present at the least."""
    approval: Fraction
    """Of all members; more than this must agree."""
    publicity_working_days: int = Field(ge=0)
    validity_starts: ValidityStart
    validity_years: int = Field(ge=1)
    reapply_years_after_adjustment: int = Field(ge=0)
    reapply_years_after_cancellation: int = Field(ge=0)
    review_days: int = Field(default=60, ge=1, le=730)
    """Within so many days after its opening a review that a listing asked for is decided."""
    adjustment_reasons: tuple[Reason, ...]
    cancellation_reasons: tuple[Reason, ...]


class Band(Parameters):
    """A grade begins at, or just above, ``min_score`` and ends where the next better begins."""

    grade: Level
    min_score: Decimal
    min_inclusive: bool


class GradeScale(Parameters):
    """``evaluation.grade-scale``: which score earns which grade; best first."""

    max_score: Decimal
    """Full marks with every bonus."""
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _best_first(self) -> Self:
        for better, worse in zip(self.bands, self.bands[1:], strict=False):
            if better.grade <= worse.grade or better.min_score <= worse.min_score:
                raise ValueError("等级分数段应由高到低排列")
        return self


GRADES: Final = RuleSubject("evaluation.grades", GradeRules, "社会组织评估")
GRADE_SCALE: Final = RuleSubject("evaluation.grade-scale", GradeScale, "评估等级分数段")
