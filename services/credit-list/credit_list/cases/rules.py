"""Parameters of the rule sets about cases."""

from typing import Literal

from pydantic import Field, model_validator

from liandong.rules.rule_set import Certainty, Parameters, RuleSubject


class Trigger(Parameters):
    """One of the situations in which an organisation shall be put on a list."""

    list: Literal["abnormal", "serious"]
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    text: str = Field(min_length=2, max_length=300)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty
    rectifiable: bool = True
    """There is a duty to do or a fault to put right."""
    after_months_on_abnormal: int | None = Field(default=None, ge=1, le=240)
    """Only for who has been on the abnormal list so long; the listing takes that one's place."""


class Period(Parameters):
    working_days: int = Field(ge=1, le=120)
    certainty: Certainty


class Remedy(Parameters):
    text: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class CaseParameters(Parameters):
    triggers: list[Trigger] = Field(min_length=1)
    defence_window: Period
    verification: Period
    remedy: Remedy

    @model_validator(mode="after")
    def _each_once(self) -> "CaseParameters":
        named = [(one.list, one.code) for one in self.triggers]
        if len(named) != len(set(named)):
            raise ValueError("列入情形代码重复")
        return self

    def trigger(self, name: str, code: str) -> Trigger | None:
        return next((one for one in self.triggers if (one.list, one.code) == (name, code)), None)


CASES = RuleSubject("credit-list.cases", CaseParameters, "列入情形与程序期限")
