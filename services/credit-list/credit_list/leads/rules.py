"""Parameters of the rule set of triggers: which facts propose which listing."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from credit_list.cases.rules import CASES
from credit_list.records.domain import Kind, Sanction
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from liandong.rules.rule_set import Certainty, Parameters, RuleSet, RuleSubject
from liandong.values.money import MAX_FEN

Amount = Annotated[int, Field(ge=0, le=MAX_FEN)]
Kinds = Annotated[list[Kind], Field(max_length=20)]
Sanctions = Annotated[list[Sanction], Field(max_length=5)]
NO_KINDS: Kinds = []
NO_SANCTIONS: Sanctions = []


class Interval(Parameters):
    """Two facts so many days from one another, both bounds included."""

    from_days: int = Field(ge=1, le=3650)
    to_days: int = Field(ge=1, le=3650)

    @model_validator(mode="after")
    def _in_order(self) -> "Interval":
        if self.to_days < self.from_days:
            raise ValueError("最长间隔短于最短间隔")
        return self


class Condition(Parameters):
    """When one trigger of ``credit-list.cases`` is met."""

    list: Literal["abnormal", "serious"]
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    by_hand: bool = False
    """There is no source of facts: only an officer finds it."""
    kinds: Kinds = NO_KINDS
    at_least: int = Field(default=1, ge=1, le=20)
    within_months: int | None = Field(default=None, ge=1, le=240)
    """From the first fact to the last; None: however far apart."""
    sanctions: Sanctions = NO_SANCTIONS
    """Penalties with one of these count, whatever the fine."""
    fine_from_fen: Amount | None = None
    fine_below_fen: Amount | None = None
    """Penalties with a fine between these count, the lower bound included."""
    consecutive_years: int | None = Field(default=None, ge=1, le=20)
    """The facts are of so many years running."""
    interval: Interval | None = None
    months_on_abnormal: int | None = Field(default=None, ge=1, le=240)
    unremedied_only: bool = False
    """What has been put right since counts no longer."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty

    @model_validator(mode="after")
    def _has_a_source(self) -> "Condition":
        sources = [self.by_hand, bool(self.kinds), self.months_on_abnormal is not None]
        if sources.count(True) != 1:
            raise ValueError("须指明人工发现、所依据的记录种类、在名录上的月数三者之一")
        if self.within_months is not None and self.at_least < 2:
            raise ValueError("期限只用于两次以上的情形")
        many = [self.at_least > 1, self.consecutive_years is not None, self.interval is not None]
        if many.count(True) > 1:
            raise ValueError("次数、连续年数和间隔只能指定其一")
        return self

    @property
    def about_penalties(self) -> bool:
        bounds = (self.fine_from_fen, self.fine_below_fen)
        return bool(self.sanctions) or any(one is not None for one in bounds)


class TriggerParameters(Parameters):
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _each_once(self) -> "TriggerParameters":
        named = [(one.list, one.code) for one in self.conditions]
        if len(named) != len(set(named)):
            raise ValueError("列入情形代码重复")
        return self


async def _check(uow: UnitOfWork, rule_set: RuleSet[Any]) -> Sequence[FieldError]:
    """A lead that no case could be opened for would stand for ever: every situation is one of the
    jurisdiction's own ``credit-list.cases``."""
    day = max(uow.today, rule_set.valid_from)
    cases = await uow.rules(CASES, rule_set.jurisdiction, on=day)
    conditions: list[Condition] = rule_set.parameters.conditions
    return [
        FieldError(
            f"/parameters/conditions/{number}/code",
            "unknown-trigger",
            f"列入情形 {cases.reference} 中没有 {one.list} 的 {one.code}",
        )
        for number, one in enumerate(conditions)
        if cases.parameters.trigger(one.list, one.code) is None
    ]


TRIGGERS = RuleSubject(
    "credit-list.triggers", TriggerParameters, "列入线索的触发条件", check=_check
)
