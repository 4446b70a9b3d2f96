"""Parameters of the rule set of the red list."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from credit_list.measures.catalogue import MeasureUse, unknown_measures
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from liandong.rules.rule_set import Parameters, RuleSet, RuleSubject


class RedListParameters(Parameters):
    trigger: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    trigger_text: str = Field(min_length=2, max_length=300)
    minimum_grade: str | None = Field(default=None, pattern=r"^[1-5]A$")
    """None: a grade is not asked for."""
    qualified_inspections: int | None = Field(default=None, ge=1, le=10)
    """So many of the latest annual inspections were 合格; None: it is not asked."""
    no_penalty_months: int | None = Field(default=None, ge=1, le=240)
    """No penalty took effect so long; None: it is not asked."""
    publicity_working_days: int = Field(ge=1, le=60)
    validity_months: int = Field(ge=1, le=120)
    mode: Literal["yearly", "continuous", "both"] = "both"
    """Whether it is proposed in a yearly campaign, at any time, or both."""
    renewal_months_before: int = Field(default=2, ge=0, le=12)
    """Who is on the list may be proposed anew so long before its last day; 0: only afterwards."""
    on_grade_lost: Literal["removed", "kept"] = "removed"
    """What becomes of a listing when the grade falls below ``minimum_grade``."""
    on_penalty: Literal["removed", "kept"] = "removed"
    incentives: list[MeasureUse] = Field(max_length=50)


async def _check(uow: UnitOfWork, rule_set: RuleSet[Any]) -> Sequence[FieldError]:
    parameters: RedListParameters = rule_set.parameters
    return await unknown_measures(uow, rule_set, parameters.incentives, "/parameters/incentives")


RED_LIST = RuleSubject("credit-list.red-list", RedListParameters, "守信红名单条件", check=_check)
