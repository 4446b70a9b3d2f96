"""Watch lists: what may be on one. Pure."""

from collections.abc import Sequence
from typing import Final

from credit_list.checks.domain import Sort, read
from liandong.problems import Conflict, FieldError, Invalid

_TOLD: Final = 20
"""Wrong codes that one refusal names."""


class WrongCodes(Invalid):
    slug, title = "wrong-codes", "部分代码有误，未作任何改动"


class WatchListFull(Conflict):
    slug, title = "watch-list-full", "关注清单已满"


class TooManyWatchLists(Conflict):
    slug, title = "too-many-watch-lists", "关注清单过多"


def codes_of(asked: Sequence[str]) -> list[str]:
    """The normalised codes, each once, in order; raises WrongCodes naming where they are."""
    subjects = [read(one) for one in asked]
    watched = (Sort.CREDIT_CODE, Sort.FILING_NUMBER)
    wrong = [place for place, one in enumerate(subjects) if one.sort not in watched]
    if wrong:
        errors = [
            FieldError(
                f"/codes/{place}",
                subjects[place].fault or "organization-id",
                "应为社会组织的统一社会信用代码或备案编号",
            )
            for place in wrong[:_TOLD]
        ]
        raise WrongCodes(f"有 {len(wrong)} 个代码有误", errors, extra={"wrong": len(wrong)})
    return list(dict.fromkeys(one.code for one in subjects))


def check_room(number: int, most: int) -> None:
    if number > most:
        raise WatchListFull(f"一份关注清单最多 {most} 个代码", extra={"most": most})


def check_lists(number: int, most: int) -> None:
    """``number`` is how many there are already."""
    if number >= most:
        raise TooManyWatchLists(f"一个账号最多 {most} 份关注清单", extra={"most": most})


def end_of_page(after: int, head: int, window: int, last: int | None) -> int:
    """Where the next page begins: behind the last change of a full page, else behind the window
    that was looked through, never before where this one began."""
    return last if last is not None else max(after, min(head, after + window))
