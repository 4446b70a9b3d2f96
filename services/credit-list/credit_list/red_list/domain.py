"""Red-list proposals: states, conditions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from credit_list.listings.domain import ADVERSE, ListName
from credit_list.periods import add_months
from credit_list.red_list.rules import RedListParameters
from liandong.problems import Conflict, IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    IN_PUBLICITY = "in_publicity"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "已推荐",
    Status.IN_PUBLICITY: "公示中",
    Status.CONFIRMED: "已确认",
    Status.REFUSED: "不予列入",
    Status.WITHDRAWN: "已撤回",
}

CLOSED: Final = (Status.CONFIRMED, Status.REFUSED, Status.WITHDRAWN)


class Action(StrEnum):
    PUBLICISE = "publicise"
    OBJECT = "object"
    SETTLE = "settle"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.PUBLICISE: "公示",
    Action.OBJECT: "登记异议",
    Action.SETTLE: "处理异议",
    Action.CONFIRM: "确认列入",
    Action.REFUSE: "不予列入",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.PUBLICISE): Status.IN_PUBLICITY,
    (Status.PROPOSED, Action.REFUSE): Status.REFUSED,
    (Status.PROPOSED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.IN_PUBLICITY, Action.OBJECT): Status.IN_PUBLICITY,
    (Status.IN_PUBLICITY, Action.SETTLE): Status.IN_PUBLICITY,
    (Status.IN_PUBLICITY, Action.CONFIRM): Status.CONFIRMED,
    (Status.IN_PUBLICITY, Action.REFUSE): Status.REFUSED,
    (Status.IN_PUBLICITY, Action.WITHDRAW): Status.WITHDRAWN,
}


class ObjectionOutcome(StrEnum):
    UPHELD = "upheld"
    """异议成立"""
    DISMISSED = "dismissed"
    """异议不成立"""


class ConditionsNotMet(Conflict):
    slug, title = "conditions-not-met", "不符合守信红名单条件"


class PublicityRunning(Conflict):
    slug, title = "publicity-running", "公示期尚未届满"


class ObjectionOpen(Conflict):
    slug, title = "objection-open", "有未处理或者成立的异议"


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"推荐{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


@dataclass(frozen=True, slots=True)
class Failed:
    """A condition that is not met."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Credit:
    """What the credit records say of the organisation."""

    verdicts: tuple[str, ...] = ()
    """Of its annual inspections, the latest year first; ``missed`` where there was none."""
    last_penalty_on: date | None = None


def failed_conditions(
    rules: RedListParameters,
    *,
    status: str,
    grade: str | None,
    lists: Sequence[ListName],
    credit: Credit,
    today: date,
    renewable: bool = False,
) -> list[Failed]:
    """Every condition that is not met, so that nobody has to try one by one."""
    failed: list[Failed] = []
    if status != "active":
        failed.append(Failed("status-not-active", "登记状态不是正常"))
    if rules.minimum_grade is not None and (grade is None or grade < rules.minimum_grade):
        now = grade or "无有效等级"
        failed.append(Failed("grade-too-low", f"评估等级须为{rules.minimum_grade}以上，现为{now}"))
    failed += [Failed(f"on-{name.value}-list", f"已列入{name.label}") for name in ADVERSE
               if name in lists]  # fmt: skip
    if ListName.RED in lists and not renewable:
        failed.append(Failed("on-red-list", "已在守信红名单上"))
    return failed + _failed_records(rules, credit, today)


def asked(rules: RedListParameters) -> dict[str, str]:
    """Every condition that the rules ask, by the code of its failure."""
    found = {"status-not-active": "登记状态正常"}
    if rules.minimum_grade is not None:
        found["grade-too-low"] = f"评估等级{rules.minimum_grade}以上"
    found |= {f"on-{name.value}-list": f"未列入{name.label}" for name in ADVERSE}
    found["on-red-list"] = "不在守信红名单上，或者临近有效期届满可以重新推荐"
    if rules.qualified_inspections is not None:
        found["inspection-not-qualified"] = f"最近{rules.qualified_inspections}次年检结论均为合格"
    if rules.no_penalty_months is not None:
        found["recent-penalty"] = f"{rules.no_penalty_months}个月内没有受过行政处罚"
    return found


def is_renewable(valid_until: date | None, rules: RedListParameters, today: date) -> bool:
    """Whether who is on the list may be proposed anew before its last day."""
    months = rules.renewal_months_before
    return valid_until is not None and months > 0 and today >= add_months(valid_until, -months)


def _failed_records(rules: RedListParameters, credit: Credit, today: date) -> list[Failed]:
    """The optional conditions: what they ask has to be known, not only not to be contradicted."""
    failed: list[Failed] = []
    wanted = rules.qualified_inspections
    if wanted is not None and credit.verdicts[:wanted] != ("qualified",) * wanted:
        failed.append(Failed("inspection-not-qualified", f"最近{wanted}次年检结论须均为合格"))
    months, last = rules.no_penalty_months, credit.last_penalty_on
    if months is not None and last is not None and today <= (until := add_months(last, months)):
        message = f"{months}个月内受过行政处罚，至{until.isoformat()}届满"
        failed.append(Failed("recent-penalty", message))
    return failed


def check_conditions(failed: Sequence[Failed]) -> None:
    if failed:
        raise ConditionsNotMet(
            "；".join(one.message for one in failed),
            extra={
                "failed_conditions": [{"code": one.code, "message": one.message} for one in failed]
            },
        )


def check_publicity_over(ends_on: date | None, today: date) -> None:
    """The last day belongs to the publicity."""
    if ends_on is not None and today <= ends_on:
        first = (ends_on + timedelta(days=1)).isoformat()
        raise PublicityRunning(
            f"公示至 {ends_on.isoformat()} 届满，最早可于 {first} 确认",
            extra={"publicity_ends_on": ends_on.isoformat(), "confirmable_on": first},
        )


def check_objections(outcomes: Sequence[ObjectionOutcome | None]) -> None:
    if None in outcomes:
        raise ObjectionOpen("公示期间收到的异议尚未全部处理")
    if ObjectionOutcome.UPHELD in outcomes:
        raise ObjectionOpen("有异议成立，不能确认列入")
