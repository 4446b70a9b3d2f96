"""Parameters of the rule set of credit grades. No number of it stands in a national text."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from credit_list.grading.domain import FAVOURABLE, KINDS, QUALIFIED, Grade, Level
from credit_list.records.domain import Kind, Sanction
from liandong.rules.rule_set import Certainty, Parameters, RuleSubject
from liandong.values.money import MAX_FEN

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Title = Annotated[str, Field(min_length=2, max_length=200)]
Basis = Annotated[str, Field(min_length=2, max_length=500)]
Points = Annotated[int, Field(ge=0, le=1000)]
Months = Annotated[int, Field(ge=1, le=240)]
FactKinds = Annotated[list[str], Field(max_length=20)]
Result = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{1,39}|[1-5]A)$")]
Results = Annotated[list[Result], Field(max_length=20)]
Amount = Annotated[int, Field(ge=0, le=MAX_FEN)]
NO_KINDS: FactKinds = []


def _check_kinds(kinds: FactKinds) -> None:
    if unknown := sorted({*kinds} - KINDS):
        raise ValueError(f"没有这种事实：{'、'.join(unknown)}")


class Category(Parameters):
    """How much all items of one sort may add or take away together."""

    code: Code
    text: Title
    most_plus: Points
    most_minus: Points


class Item(Parameters):
    """One line of the score table; a fact counts in the first line that it fits."""

    code: Code
    category: Code
    text: Title
    kinds: Annotated[FactKinds, Field(min_length=1)]
    results: Results = Field(default_factory=list[str])
    """Of verdicts, checks and grades; empty: whatever the result."""
    sanctions: Annotated[list[Sanction], Field(max_length=5)] = Field(
        default_factory=list[Sanction]
    )
    """Penalties with one of these; empty: any."""
    fine_from_fen: Amount | None = None
    fine_below_fen: Amount | None = None
    remedied: bool | None = None
    """Put right since, or not; None: either."""
    points: int = Field(ge=-1000, le=1000)
    """For each fact."""
    cap: int = Field(ge=1, le=1000)
    """At most so many points added or taken away by this line."""
    months: Months | None = None
    """A fact counts so long, the last day included; None: as long as it stands."""
    legal_basis: Basis
    certainty: Certainty

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """Nothing that speaks against an organisation adds points, and the other way round."""
        _check_kinds(self.kinds)
        if self.points == 0:
            raise ValueError(f"{self.code}：分值不能为零")
        verdict = Kind.INSPECTION_VERDICT in self.kinds
        good = set(self.kinds) - {Kind.INSPECTION_VERDICT} <= FAVOURABLE and (
            not verdict or self.results == [QUALIFIED]
        )
        bad = not FAVOURABLE & set(self.kinds) and (
            not verdict or (bool(self.results) and QUALIFIED not in self.results)
        )
        if not (good if self.points > 0 else bad):
            raise ValueError(f"{self.code}：加分项只能依据有利事实，减分项只能依据不利事实")
        return self


class Limit(Parameters):
    """A fact with which the grade is no better, whatever the score."""

    code: Code
    text: Title
    kinds: Annotated[FactKinds, Field(min_length=1)]
    months: Months | None = None
    at_most: Grade
    legal_basis: Basis
    certainty: Certainty

    @model_validator(mode="after")
    def _against(self) -> Self:
        _check_kinds(self.kinds)
        if FAVOURABLE & set(self.kinds) or Kind.INSPECTION_VERDICT in self.kinds:
            raise ValueError(f"{self.code}：有利事实不能限制等级")
        return self


class Supervision(Parameters):
    """What a grade brings: how closely the organisation is watched."""

    level: Level
    sampling_weight: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")]
    """A code; the registry's rule set says what it weighs in a draw."""
    checks_per_year: int = Field(ge=0, le=12)
    legal_basis: Basis
    certainty: Certainty


class GradingParameters(Parameters):
    starting_score: Points
    lowest: int = Field(ge=-1000, le=1000)
    highest: int = Field(ge=-1000, le=1000)
    categories: Annotated[list[Category], Field(min_length=1, max_length=30)]
    items: Annotated[list[Item], Field(min_length=1, max_length=200)]
    bands: dict[Grade, Annotated[int, Field(ge=-1000, le=1000)]]
    """The least score of A, of B and of C; less is D."""
    limits: Annotated[list[Limit], Field(max_length=50)]
    supervision: dict[Grade, Supervision]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.lowest <= self.starting_score <= self.highest:
            raise ValueError("起评分应在最低分与最高分之间")
        if set(self.bands) != {Grade.A, Grade.B, Grade.C}:
            raise ValueError("应规定A、B、C三个等级的最低分")
        if not self.bands[Grade.A] > self.bands[Grade.B] > self.bands[Grade.C]:
            raise ValueError("等级的最低分应依次降低")
        if set(self.supervision) != set(Grade):
            raise ValueError("每个等级都应规定监管等级")
        for name, codes in (
            ("类别", [one.code for one in self.categories]),
            ("评分项", [one.code for one in self.items]),
            ("限制条件", [one.code for one in self.limits]),
        ):
            if len(codes) != len({*codes}):
                raise ValueError(f"{name}代码重复")
        if unknown := {one.category for one in self.items} - {one.code for one in self.categories}:
            raise ValueError(f"评分项的类别没有规定：{'、'.join(sorted(unknown))}")
        return self


GRADING = RuleSubject("credit-list.grading", GradingParameters, "信用等级评分")
