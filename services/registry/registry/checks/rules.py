"""What the rule sets of checks hold: findings, samples, publication."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from registry.checks.domain import Severity, Topic
from registry.sampling.weighing import Weighing
from registry.supervision.clocks import Limit

Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]


class FindingKind(Parameters):
    """A problem that a check may find, and the article that it is against."""

    code: Code
    title: str = Field(min_length=1, max_length=100)
    topics: tuple[Topic, ...] = Field(min_length=1)
    severity: Severity
    """The least: a record may say worse, not better."""
    basis: str = Field(min_length=1, max_length=200)


class Sampling(Parameters):
    percent_least: int = Field(ge=0, le=100)
    percent_most: int = Field(ge=1, le=100)
    number_most: int = Field(ge=1, le=100_000)
    candidates_most: int = Field(ge=1, le=200_000)
    """More are drawn by districts: the frozen list is kept whole."""
    weighing: Weighing | None = None
    """By the supervision level; None: everybody has the same chance."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.percent_most < self.percent_least:
            raise ValueError("抽查比例的上限小于下限")
        return self


class Yearly(Parameters):
    """年度应检: how many a year is told with the supervision level by credit-list."""

    least_days: int = Field(ge=0, le=366)
    """A check is asked only where so many days are left from the day of the level."""
    warn_days: int = Field(ge=0, le=180)
    basis: str = Field(min_length=1, max_length=200)


class CheckRules(Parameters):
    """``registry.checks``."""

    officers_least: int = Field(ge=2, le=20)
    findings: tuple[FindingKind, ...]
    sampling: Sampling
    publication: Limit
    """Of the conclusion."""
    yearly: Yearly | None = None
    """None: the level plans nothing."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [one.code for one in self.findings]
        if len(codes) != len({*codes}):
            raise ValueError("同一问题规定了两次")
        return self

    def finding(self, code: str) -> FindingKind | None:
        return next((one for one in self.findings if one.code == code), None)


CHECKS: Final = RuleSubject("registry.checks", CheckRules, "社会组织抽查检查")
