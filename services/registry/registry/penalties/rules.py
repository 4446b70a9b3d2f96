"""What the rule sets of penalties hold: violations by article, discretion, rights, clocks."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.credit_code import CreditCode
from liandong.values.periods import Period
from registry.organizations.domain import Kind
from registry.penalties.domain import Class, Level, Sanction
from registry.supervision.clocks import Limit
from registry.supervision.numbering import NumberTemplate

Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Amount = Annotated[int, Field(ge=0, le=10**12)]
"""分; a limit of ten billion 元 is above everything a regulation names."""


class Base(StrEnum):
    """What a fine is measured by."""

    TURNOVER = "turnover"
    """违法经营额"""
    INCOME = "income"
    """违法所得"""
    FIXED = "fixed"
    """条文规定的数额"""


class Times(Parameters):
    """So many times the base, at least and at most; of ``fixed``, the amounts in 分."""

    least: int = Field(ge=0, le=10**12)
    most: int = Field(ge=1, le=10**12)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most < self.least:
            raise ValueError("上限小于下限")
        return self


class Violation(Parameters):
    """A breach, the articles that forbid and punish it, and what they allow."""

    code: Code
    title: str = Field(min_length=1, max_length=100)
    articles: dict[Kind, Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1)
    """The article for each legal type; a type without one cannot be punished for it."""
    sanctions: tuple[Sanction, ...] = Field(min_length=1)
    only_if_heavy: tuple[Sanction, ...] = ()
    """情节严重: only at the level 从重."""
    fines: dict[Base, Times] = Field(default_factory=dict)
    limitation: Period | None = None
    """Where it differs from the general one (行政处罚法 art. 36: five years)."""

    @model_validator(mode="after")
    def _fined_by_something(self) -> Self:
        if (Sanction.FINE in self.sanctions) != bool(self.fines):
            raise ValueError(f"{self.code}：规定了罚款的，须规定罚款的计算依据")
        for base, times in self.fines.items():
            if base is not Base.FIXED and times.most > 100:
                raise ValueError(f"{self.code}：罚款的倍数过大")
        return self


class Share(Parameters):
    """The part of the range that a level of discretion may use, in per cent."""

    least: Percent
    most: Percent

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most < self.least:
            raise ValueError("上限小于下限")
        return self


class Heavy(Parameters):
    """较重的行政处罚: with a right to a hearing and a collective decision (arts. 57, 63)."""

    sanctions: tuple[Sanction, ...]
    fine_fen: Amount
    confiscation_fen: Amount
    request: Period
    """Of the notice."""
    told_before: Period
    """The party is told of time and place so long before the hearing."""


class Decision(Parameters):
    limit: Limit
    """Of the filing."""
    extension: Period
    extensions_max: int = Field(ge=0, le=10)
    stopped_by_hearing: bool

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if self.extension.unit is not self.limit.period.unit:
            raise ValueError("办案期限与延长的期限须用同一单位")
        return self


class Term(Parameters):
    """公示期: months at least and at most."""

    least_months: int = Field(ge=0, le=120)
    most_months: int = Field(ge=0, le=120)


class Publication(Parameters):
    limit: Limit
    """Of the decision: published until then."""
    removal: Period
    """A withdrawn decision is off every web page until then (art. 48)."""
    terms: dict[Class, Term]
    serious_sanctions: tuple[Sanction, ...]
    serious_fine_fen: Amount
    ordinary_sanctions: tuple[Sanction, ...]

    @model_validator(mode="after")
    def _every_class(self) -> Self:
        if {*self.terms} != {*Class}:
            raise ValueError("须规定每一类的公示期")
        return self


class PenaltyRules(Parameters):
    """``registry.penalties``."""

    authority_name: str | None = Field(default=None, min_length=2, max_length=100)
    """处罚机关, as it signs; None: the civil-affairs department of the district."""
    authority_credit_code: CreditCode | None = None
    violations: tuple[Violation, ...]
    spared: dict[Code, Annotated[str, Field(min_length=1, max_length=200)]]
    """不予处罚的情形 and the article of each."""
    levels: dict[Level, Share]
    officers_least: int = Field(ge=2, le=20)
    limitation: Period
    statement: Period
    """Of the notice."""
    heavy: Heavy
    decision: Decision
    service: Limit
    announcement_days: int = Field(ge=1, le=365)
    """公告送达: served when so many days have passed."""
    payment: Limit
    suspension_months_most: int = Field(ge=1, le=60)
    publication: Publication
    number: NumberTemplate
    remedy: str = Field(min_length=10, max_length=500)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        codes = [one.code for one in self.violations]
        if len(codes) != len({*codes}):
            raise ValueError("同一违法行为规定了两次")
        if {*self.levels} != {*Level}:
            raise ValueError("须规定每一裁量等次")
        return self

    def violation(self, code: str) -> Violation | None:
        return next((one for one in self.violations if one.code == code), None)


PENALTIES: Final = RuleSubject("registry.penalties", PenaltyRules, "社会组织行政处罚")
