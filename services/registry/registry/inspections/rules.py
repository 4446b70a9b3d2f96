"""What the rule sets of annual inspections hold."""

from calendar import monthrange
from datetime import date
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period
from registry.inspections.domain import Regime, Severity, Verdict
from registry.organizations.domain import Kind
from registry.sampling.weighing import Weighing

_Basis = Field(min_length=1, max_length=200)


class Day(Parameters):
    """A day of every year, such as 31 March."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if self.day > monthrange(2001, self.month)[1]:
            raise ValueError("没有这一天")
        return self

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


class FirstYear(Parameters):
    """首年免检: a body that is younger than so many months on the day takes no part."""

    months: int = Field(ge=0, le=24)
    at: Day
    """In the inspected year; 0 months and 30 June exempt whoever was registered after that day."""
    basis: str = _Basis


class Document(Parameters):
    """A document that belongs to the report."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=100)
    waived_when_simplified: bool = False
    after_bad_year: bool = False
    """Only of bodies that were not 合格, or not inspected, the year before."""
    basis: str = _Basis


Section = Literal["compliance", "formalities", "activities", "personnel", "finance", "foundation"]


class RegimeRules(Parameters):
    """One regime of one year."""

    first_review: bool
    """初审 by the supervising unit; directly registered bodies pass it over."""
    supervisor_due: Day | None = None
    registrar_due: Day
    """Both in the year after the inspected one."""
    due_basis: str = _Basis
    conclusions: bool = True
    """Whether it ends in a conclusion, or in the receipt of the report."""
    first_year: FirstYear
    sections: tuple[Section, ...] = Field(min_length=1)
    simplified_sections: tuple[Section, ...] = Field(min_length=1)
    """What a body with a high grade fills in."""
    documents: tuple[Document, ...] = Field(default=(), max_length=50)


class Share(Parameters):
    """A share in percent, with its article; counted in whole numbers, without rounding."""

    percent: int = Field(ge=0, le=100)
    basis: str = _Basis

    def reached(self, part: int, whole: int) -> bool:
        return part * 100 >= whole * self.percent

    def kept(self, part: int, whole: int) -> bool:
        return part * 100 <= whole * self.percent


class Spending(Parameters):
    """What a foundation has to spend; falling short is a warning, never a conclusion."""

    public_of_last_income: Share
    """公开募捐的: public-benefit spending of last year's income."""
    other_of_last_balance: Share
    """不公开募捐的: of last year's balance."""
    management_cost: Share
    """At most so much of the whole spending."""


class Simplified(Parameters):
    """简化年检 for bodies with a high grade."""

    grades: tuple[Literal["1A", "2A", "3A", "4A", "5A"], ...]
    basis: str = _Basis


class Sampling(Parameters):
    """抽查: at least so many in a hundred of those that handed in, one at the least."""

    percent: int = Field(ge=1, le=100)
    basis: str = _Basis
    weighing: Weighing | None = None
    """By the supervision level; None: everybody has the same chance."""


class Completion(Parameters):
    """补正: how long the organisation has after a return, or after the first review."""

    period: Period
    basis: str = _Basis


class Rectification(Parameters):
    """限期整改."""

    after: tuple[Verdict, ...]
    period: Period
    extension: Period
    extensions_max: int = Field(ge=0, le=10)
    warn_days: int = Field(ge=0, le=365)
    basis: str = _Basis


class Revocation(Parameters):
    """提示撤销登记: years running without inspection or 不合格, after which officers are told."""

    kinds: tuple[Kind, ...]
    years: int = Field(ge=1, le=20)
    basis: str = _Basis


class Reason(Parameters):
    """One line of the table of reasons: minor → 基本合格, serious → 不合格."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,59}$")
    title: str = Field(min_length=1, max_length=200)
    severities: tuple[Severity, ...] = Field(min_length=1)
    regimes: tuple[Regime, ...] = tuple(Regime)
    basis: str = _Basis


class InspectionRules(Parameters):
    """``registry.inspections``: one year's inspection."""

    regimes: dict[Regime, RegimeRules]
    rest_days_move: bool
    """A last day that is a day of rest ends on the next working day (民法典 art. 203)."""
    warn_days: tuple[int, ...] = Field(max_length=10)
    """So many days before the last one it is told how many have not handed in."""
    completion: Completion
    simplified: Simplified
    sampling: Sampling
    rectification: Rectification
    revocation: Revocation
    spending: Spending
    reasons: tuple[Reason, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if {*self.regimes} != {*Regime}:
            raise ValueError("四类年度检查、年度报告都应有规定")
        codes = [one.code for one in self.reasons]
        if len(codes) != len({*codes}):
            raise ValueError("同一结论理由列了两次")
        if any(not 0 <= days <= 365 for days in self.warn_days):
            raise ValueError("提醒应在期限届满前0至365日")
        return self


INSPECTIONS: Final = RuleSubject("registry.inspections", InspectionRules, "年度检查和年度报告")


def simplified_for(grade: str | None, rules: InspectionRules) -> bool:
    """Whether a body with this grade hands in the simplified form."""
    return grade in rules.simplified.grades
