"""Who stood on the board of a day, and is still shown there now. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credit_list.listings.domain import DelistReason, ListName, is_gone
from liandong.problems import FieldError, Invalid

ORDER: Final = (ListName.RED, ListName.SERIOUS, ListName.ABNORMAL)
COLOURS: Final = {
    ListName.RED: "红榜",
    ListName.SERIOUS: "黑榜",
    ListName.ABNORMAL: "异常名录",
}


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of one organisation on one list."""

    list: ListName
    listed_on: date
    delisted_on: date | None = None
    reason: DelistReason | None = None
    publication_ends_on: date | None = None
    valid_until: date | None = None
    stands_again: bool = False
    """Another listing stands for it, with the same days: it had been superseded by mistake."""


def is_shown(stay: Stay, day: date, today: date) -> bool:
    """On the board of ``day``, as it is shown ``today``."""
    if stay.stands_again or is_gone(stay.list, stay.reason) or day < stay.listed_on:
        return False
    if stay.delisted_on is not None and stay.delisted_on <= day:
        return False
    if stay.valid_until is not None and stay.valid_until < day:
        return False
    return stay.publication_ends_on is None or stay.publication_ends_on >= max(day, today)


def check_day(day: date, today: date) -> None:
    if day > today:
        told = "公示日期不能晚于今日"
        raise Invalid(told, [FieldError("/path/day", "in-the-future", told)])


def pages(rows: int, size: int) -> int:
    """At least one: an empty board says so on its only page."""
    return max(1, -(-rows // size))


def numbered(lists: Sequence[ListName], before: dict[ListName, int]) -> list[int]:
    """The number of each row within its own list; ``before``: rows of earlier pages."""
    counted = dict(before)
    found: list[int] = []
    for name in lists:
        counted[name] = counted.get(name, 0) + 1
        found.append(counted[name])
    return found
