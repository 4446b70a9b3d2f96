"""Months, the states of a report, what differs from what was reported. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from credit_list.periods import add_months
from credit_list.reports.rules import ReportParameters
from liandong.problems import Conflict, FieldError, IllegalTransition, Invalid

Figures = dict[str, Any]


class Status(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Status.OPEN: "尚未上报",
    Status.REPORTED: "已上报，待确认",
    Status.CONFIRMED: "已确认",
}


class Action(StrEnum):
    REPORT = "report"
    CONFIRM = "confirm"
    NOTE = "note"

    @property
    def label(self) -> str:
        return _ACTIONS[self]


_ACTIONS: Final = {Action.REPORT: "上报", Action.CONFIRM: "确认", Action.NOTE: "附注更正"}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.OPEN, Action.REPORT): Status.REPORTED,
    # Counted anew as long as nobody has confirmed it.
    (Status.REPORTED, Action.REPORT): Status.REPORTED,
    (Status.REPORTED, Action.CONFIRM): Status.CONFIRMED,
    # The figures of a closed month stand; what was found out later is said beside them.
    (Status.CONFIRMED, Action.NOTE): Status.CONFIRMED,
}


class MonthNotOver(Conflict):
    slug, title = "month-not-over", "该月尚未结束"


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is another now than it was reported."""

    figure: str
    reported: int
    now: int


def advance(status: Status, action: Action) -> Status:
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"月报{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def month_of(name: str, today: date) -> Month:
    """``2019-09``; raises Invalid for a month to come."""
    first = date(int(name[:4]), int(name[5:]), 1)
    if first > today:
        told = "月份不能晚于本月"
        raise Invalid(told, [FieldError("/month", "in-the-future", told)])
    return Month(first, add_months(first, 1) - timedelta(days=1))


def check_over(month: Month, today: date) -> None:
    if today <= month.last:
        raise MonthNotOver(f"{month.name}尚未结束，自次月1日起可以上报")


def due_on(month: Month, rules: ReportParameters) -> date:
    """The last day for reporting."""
    return add_months(month.first, rules.months_later).replace(day=rules.due_day)


def differences(reported: Figures, now: Figures) -> list[Difference]:
    before, after = dict(_flat(reported)), dict(_flat(now))
    return [
        Difference(figure, before.get(figure, 0), after.get(figure, 0))
        for figure in sorted(before.keys() | after.keys())
        if before.get(figure, 0) != after.get(figure, 0)
    ]


def _flat(figures: Figures) -> Iterator[tuple[str, int]]:
    for section, rows in sorted(figures.items()):
        for row in rows:
            place = "/".join([section, row["district"], *([row["list"]] if "list" in row else [])])
            for name, value in row.items():
                if isinstance(value, dict):
                    yield from ((f"{place}/{name}/{key}", one) for key, one in value.items())
                elif isinstance(value, int):
                    yield f"{place}/{name}", value
