"""Tenders 招标: states, and the rules of a purchase. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pydantic import Field, model_validator

from liandong.problems import FieldError
from liandong.rules.rule_set import Parameters, RuleSubject
from supply_demand.states import Labelled, follow


class Status(Labelled):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "投标中"
    CLOSED = "closed", "已截标"
    AWARDED = "awarded", "已成交"
    CANCELLED = "cancelled", "已取消"


class Action(Labelled):
    EDIT = "edit", "修改"
    PUBLISH = "publish", "发布"
    CLOSE = "close", "截标"
    AWARD = "award", "确定成交"
    CANCEL = "cancel", "取消"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DRAFT, Action.EDIT): Status.DRAFT,
    (Status.DRAFT, Action.PUBLISH): Status.PUBLISHED,
    (Status.DRAFT, Action.CANCEL): Status.CANCELLED,
    (Status.PUBLISHED, Action.CLOSE): Status.CLOSED,
    (Status.PUBLISHED, Action.CANCEL): Status.CANCELLED,
    (Status.CLOSED, Action.AWARD): Status.AWARDED,
    (Status.CLOSED, Action.CANCEL): Status.CANCELLED,
}

AMOUNTS_OPEN: Final = frozenset({Status.CLOSED, Status.AWARDED})
"""States in which amounts may be seen by others than the bidder."""


def advance(status: Status, action: Action) -> Status:
    return follow(TRANSITIONS, status, action)


class Method(Parameters):
    title: str = Field(min_length=1)
    minimum_days: int = Field(ge=0, le=365, description="自发布之日起至截标日的最短天数")
    invited_minimum: int = Field(default=0, ge=0, description="至少邀请的组织数")
    invited_maximum: int = Field(default=0, ge=0, description="至多邀请的组织数，0为不采用邀请")


class PriorityMode(Labelled):
    """What 守信激励 changes in the evaluation list; a person awards whatever it says."""

    SHOWN = "shown", "只作提示"
    TIE_BREAK = "tie-break", "报价相同的优先"
    PRICE_PREFERENCE = "price-preference", "报价扣除"


class Priority(Parameters):
    """优先承接 of bidders with the measure ``priority-purchase``."""

    mode: PriorityMode = PriorityMode.SHOWN
    deduction_basis_points: int = Field(
        default=0, ge=0, le=1000, description="报价扣除的比例（万分之几），仅用于评审"
    )
    legal_basis: str = Field(default="平台默认：只作提示", min_length=2, max_length=500)

    @model_validator(mode="after")
    def _fits_mode(self) -> "Priority":
        deducts = self.mode is PriorityMode.PRICE_PREFERENCE
        if deducts != (self.deduction_basis_points > 0):
            raise ValueError("报价扣除的比例只在按报价扣除时填写，且须大于0")
        return self


class TenderParameters(Parameters):
    methods: dict[str, Method] = Field(min_length=1, description="采购方式")
    standard_term_months: int = Field(ge=1, description="通常的最长合同期限")
    maximum_term_months: int = Field(ge=1, description="有预算保障且内容稳定时的最长合同期限")
    priority: Priority = Field(default_factory=Priority, description="守信激励对象的优先承接")


TENDERS: Final = RuleSubject("supply-demand.tenders", TenderParameters, "招标与采购")


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a tender the rules look at."""

    method: str
    invited: int
    term_months: int
    multi_year_basis: str
    closes_on: date


def check(
    terms: Terms, rules: TenderParameters, today: date, *, publishing: bool
) -> list[FieldError]:
    """Everything that is wrong; the time to bid is counted when the tender is published."""
    method = rules.methods.get(terms.method)
    if method is None:
        known = "、".join(f"{code}（{one.title}）" for code, one in rules.methods.items())
        return [FieldError("/method", "unknown-method", f"没有这一采购方式，可选：{known}")]
    errors = [*_invited(terms, method), *_term(terms, rules)]
    earliest = today + timedelta(days=method.minimum_days)
    if publishing and terms.closes_on < earliest:
        errors.append(
            FieldError(
                "/closes_at",
                "too-soon",
                f"{method.title}自发布之日起至截标不得少于{method.minimum_days}日，"
                f"最早为{earliest.isoformat()}",
            )
        )
    return errors


def _invited(terms: Terms, method: Method) -> list[FieldError]:
    if method.invited_minimum <= terms.invited <= method.invited_maximum:
        return []
    if method.invited_maximum == 0:
        said = f"{method.title}不指定受邀组织"
    elif method.invited_minimum == method.invited_maximum:
        said = f"{method.title}应指定{method.invited_minimum}家组织"
    else:
        said = f"{method.title}应邀请{method.invited_minimum}至{method.invited_maximum}家组织"
    return [FieldError("/invited_organization_ids", "wrong-number", said)]


def _term(terms: Terms, rules: TenderParameters) -> list[FieldError]:
    if terms.term_months > rules.maximum_term_months:
        said = f"合同期限不得超过{rules.maximum_term_months}个月"
        return [FieldError("/term_months", "too-long", said)]
    if terms.term_months > rules.standard_term_months and not terms.multi_year_basis:
        said = f"合同期限超过{rules.standard_term_months}个月的，应说明预算保障和内容稳定的依据"
        return [FieldError("/multi_year_basis", "missing", said)]
    return []
