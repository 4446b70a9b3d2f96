"""认定慈善组织、公开募捐资格: whether a registered body may have it; each failure names its
article. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from liandong.problems import FieldError
from liandong.values.periods import add_months
from registry.applications.domain import Matter
from registry.applications.requirements import Requirements

_LISTS: Final = {"abnormal": "活动异常名录", "serious": "严重违法失信名单"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body as the register knows it."""

    asked_on: date
    """The day of the application."""
    charity_since: date | None
    lists: frozenset[str]
    penalised_on: date | None
    """The last decision on a penalty that was not withdrawn."""
    grade: str | None
    """评估等级 in force."""


def undeclared(declared: Collection[str], rules: Requirements) -> list[FieldError]:
    """Declarations that the application lacks."""
    return [
        FieldError("/declared", one.code, f"未承诺：{one.title}（{one.basis}）")
        for one in rules.declared
        if one.code not in declared
    ]


def against(candidate: Candidate, rules: Requirements) -> Iterator[FieldError]:
    """Every condition that does not hold."""
    held, clean = rules.charity_for, rules.unpunished
    if held is not None and not _is_over(candidate.charity_since, held.months, candidate.asked_on):
        told = f"登记或者认定为慈善组织应已满{held.months}个月（{held.basis}）"
        yield FieldError("/charity_since", "too-young", told)
    if rules.unlisted is not None:
        for name in rules.unlisted.lists:
            if name in candidate.lists:
                told = f"已列入{_LISTS[name]}（{rules.unlisted.basis}）"
                yield FieldError("/organization_id", f"listed-{name}", told)
    day = candidate.penalised_on
    if clean and day and not _is_over(day, clean.months, candidate.asked_on):
        told = f"申请前{clean.months}个月内受过行政处罚，决定日期为{day}（{clean.basis}）"
        yield FieldError("/organization_id", "penalised", told)
    if rules.grade is not None and (candidate.grade or "") < rules.grade.grade:
        now = candidate.grade or "无"
        told = f"评估等级应不低于{rules.grade.grade}，现为{now}（{rules.grade.basis}）"
        yield FieldError("/organization_id", "grade-too-low", told)


def why_not_now(matter: Matter, *, is_charity: bool, raises_in_public: bool) -> str | None:
    """Why a body that is what it is has nothing to ask for; None where it has."""
    reasons = {
        Matter.CHARITY_RECOGNITION: [(is_charity, "该组织已是慈善组织")],
        Matter.CHARITY_WITHDRAWAL: [(not is_charity, "该组织不是慈善组织")],
        Matter.FUNDRAISING: [
            (not is_charity, "该组织不是慈善组织，不能申请公开募捐资格"),
            (raises_in_public, "该组织已有公开募捐资格"),
        ],
        Matter.FUNDRAISING_WITHDRAWAL: [(not raises_in_public, "该组织没有公开募捐资格")],
    }
    return next((told for holds, told in reasons.get(matter, ()) if holds), None)


def _is_over(since: date | None, months: int, today: date) -> bool:
    """Whether so many months have passed; their last day belongs to them (民法典 art. 203)."""
    return since is not None and add_months(since, months) < today
