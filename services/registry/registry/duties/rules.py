"""What the rule sets of duties hold: how often to report, how an appraisal is counted."""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject


class Reports(Parameters):
    months: Literal[1, 2, 3, 4, 6, 12]
    """Length of a period of report."""
    due_days: int = Field(ge=1, le=180)
    """After the end of the period."""
    warn_days: int = Field(ge=0, le=180)
    basis: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn_days >= self.due_days:
            raise ValueError("提醒应在报告期限之内")
        return self


class Level(Parameters):
    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=40)
    least: int = Field(ge=0, le=100)


class Appraisals(Parameters):
    residents_percent: int = Field(ge=0, le=100)
    """Weight of the residents; the rest is that of the two committees."""
    residents_least: int = Field(ge=0, le=1_000_000)
    """So many residents at least have their say."""
    levels: tuple[Level, ...] = Field(min_length=1)
    """From the highest to the lowest."""
    basis: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _descending(self) -> Self:
        least = [one.least for one in self.levels]
        if least != sorted(set(least), reverse=True) or least[-1] != 0:
            raise ValueError("等次应由高到低排列，最低等次从0分起")
        return self

    def level(self, hundredths: int) -> Level:
        return next(one for one in self.levels if hundredths >= one.least * 100)


class DutyRules(Parameters):
    """``registry.duties``."""

    reports: Reports
    appraisals: Appraisals


DUTIES: Final = RuleSubject("registry.duties", DutyRules, "社区社会组织定期报告与评议")
