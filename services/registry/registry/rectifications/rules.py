"""What the rule sets of rectification hold."""

from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period
from registry.supervision.numbering import NumberTemplate


class RectificationRules(Parameters):
    """``registry.rectifications``."""

    least_days: int = Field(ge=1, le=365)
    most_days: int = Field(ge=1, le=365)
    warn_days: int = Field(ge=0, le=365)
    extensions_max: int = Field(ge=0, le=10)
    extension_most_days: int = Field(ge=1, le=365)
    service: Period
    """Of the issue."""
    recheck: Period
    """Of the report of the body."""
    announcement_days: int = Field(ge=1, le=365)
    number: NumberTemplate
    basis: str = Field(min_length=1, max_length=300)
    remedy: str = Field(min_length=10, max_length=500)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most_days < self.least_days:
            raise ValueError("整改期限的上限小于下限")
        return self


RECTIFICATIONS: Final = RuleSubject(
    "registry.rectifications", RectificationRules, "社会组织责令整改"
)
