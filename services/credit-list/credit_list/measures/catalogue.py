"""The catalogue of joint incentives and sanctions 守信联奖、失信联惩, as rule-set data.

Punished is only what a law or the national list names: each measure has its legal basis.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from pydantic import Field, model_validator

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError
from liandong.rules.rule_set import Certainty, Parameters, RuleSet, RuleSubject


class MeasureKind(StrEnum):
    INCENTIVE = "incentive"
    """守信激励"""
    SANCTION = "sanction"
    """失信惩戒"""


class Executor(StrEnum):
    """Who carries a measure out."""

    REGISTRY = "registry"
    EVALUATION = "evaluation"
    SUPPLY_DEMAND = "supply-demand"
    FUNDING = "funding"
    EXTERNAL = "external"
    """Another department: told by the public list and the feed, does not acknowledge."""


EFFECTS: Final[Mapping[Executor, frozenset[str]]] = {
    Executor.REGISTRY: frozenset({"key-supervision"}),
    Executor.EVALUATION: frozenset({"review-grade"}),
    Executor.SUPPLY_DEMAND: frozenset({"bar-bids", "limit-bids", "priority-purchase"}),
    Executor.FUNDING: frozenset({"hold-payments", "priority-funding"}),
}
"""What the services can do. A measure with any other effect would be obeyed by nobody."""

_CODE: Final = r"^[a-z][a-z-]{1,39}$"


class CatalogueMeasure(Parameters):
    """One measure. ``effect`` is what the executing service does; several measures, each with a
    basis of its own, may have the same effect."""

    code: str = Field(pattern=_CODE)
    kind: MeasureKind
    text: str = Field(min_length=2, max_length=200)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty
    service: Executor
    effect: str = Field(pattern=_CODE)
    acknowledge: bool
    """The executing service must tell when it has obeyed."""
    acknowledge_within_seconds: int = Field(ge=1, le=30 * 86400)

    @model_validator(mode="after")
    def _somebody_obeys(self) -> "CatalogueMeasure":
        if self.service is Executor.EXTERNAL:
            if self.acknowledge:
                raise ValueError("外部部门执行的措施不能要求回执")
        elif self.effect not in EFFECTS[self.service]:
            raise ValueError(f"{self.service.value} 服务不能执行效果 {self.effect}")
        return self


class CatalogueParameters(Parameters):
    measures: list[CatalogueMeasure] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _each_once(self) -> "CatalogueParameters":
        codes = [one.code for one in self.measures]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"措施代码重复：{'、'.join(twice)}")
        return self

    def by_code(self) -> dict[str, CatalogueMeasure]:
        return {one.code: one for one in self.measures}


MEASURES: Final = RuleSubject("credit-list.measures", CatalogueParameters, "联合奖惩措施目录")


class MeasureUse(Parameters):
    """A measure that a listing switches on. Text, basis and certainty are the catalogue's; where
    a rule set states them itself, its words hold."""

    code: str = Field(pattern=_CODE)
    months: int | None = Field(default=None, ge=1, le=240)
    """The measure ends so long after the decision, if the listing has not ended before."""
    text: str | None = Field(default=None, min_length=2, max_length=200)
    legal_basis: str | None = Field(default=None, min_length=2, max_length=500)
    certainty: Certainty | None = None


class UnknownMeasure(Conflict):
    slug, title = "measure-not-in-catalogue", "规则引用的措施不在联合奖惩措施目录中"


class ChosenMeasure(Parameters):
    """A measure as a decision switches it on."""

    measure: CatalogueMeasure
    text: str
    legal_basis: str
    certainty: Certainty
    months: int | None
    catalogue: str


async def chosen_measures(
    uow: UnitOfWork, district: str, uses: Sequence[MeasureUse]
) -> list[ChosenMeasure]:
    """The measures of the district's catalogue; raises UnknownMeasure (409) rather than leave a
    measure out."""
    rule_set = await uow.rules(MEASURES, district)
    known = rule_set.parameters.by_code()
    missing = [one.code for one in uses if one.code not in known]
    if missing:
        raise UnknownMeasure(
            f"目录 {rule_set.reference} 中没有措施：{'、'.join(missing)}，请系统管理员核对规则",
            extra={"measures": missing, "rule_set": rule_set.reference},
        )
    return [_chosen(known[one.code], one, rule_set.reference) for one in uses]


def _chosen(measure: CatalogueMeasure, use: MeasureUse, catalogue: str) -> ChosenMeasure:
    return ChosenMeasure(
        measure=measure,
        text=use.text or measure.text,
        legal_basis=use.legal_basis or measure.legal_basis,
        certainty=use.certainty or measure.certainty,
        months=use.months,
        catalogue=catalogue,
    )


async def unknown_measures(
    uow: UnitOfWork, rule_set: RuleSet[Any], uses: Sequence[MeasureUse], place: str
) -> list[FieldError]:
    """Codes that the catalogue of the rule set's own jurisdiction does not have, on the first day
    on which the rule set holds and on the present one."""
    days: set[date] = {rule_set.valid_from, max(uow.today, rule_set.valid_from)}
    found: list[FieldError] = []
    for day in sorted(days):
        catalogue = await uow.rules(MEASURES, rule_set.jurisdiction, on=day)
        known = catalogue.parameters.by_code()
        found += [
            FieldError(
                f"{place}/{number}/code",
                "unknown-measure",
                f"联合奖惩措施目录 {catalogue.reference} 中没有措施 {use.code}",
            )
            for number, use in enumerate(uses)
            if use.code not in known
        ]
    return list(dict.fromkeys(found))
