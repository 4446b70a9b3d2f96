"""Parameters of the rule set of the red list."""

from pydantic import Field

from credit_list.listings.rules import Measure
from liandong.rules.rule_set import Parameters, RuleSubject


class RedListParameters(Parameters):
    trigger: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    trigger_text: str = Field(min_length=2, max_length=300)
    minimum_grade: str | None = Field(default=None, pattern=r"^[1-5]A$")
    """None: a grade is not asked for."""
    publicity_working_days: int = Field(ge=1, le=60)
    validity_months: int = Field(ge=1, le=120)
    incentives: list[Measure]


RED_LIST = RuleSubject("credit-list.red-list", RedListParameters, "守信红名单条件")
