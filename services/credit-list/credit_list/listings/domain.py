"""Listings: the lists, how one leaves them and when. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from credit_list.listings.rules import ListTerms
from credit_list.periods import add_months
from liandong.problems import Conflict, IllegalTransition


class ListName(StrEnum):
    SERIOUS = "serious"
    """严重违法失信名单"""
    ABNORMAL = "abnormal"
    """活动异常名录"""
    RED = "red"
    """守信红名单"""

    @property
    def label(self) -> str:
        return _LIST_LABELS[self]


_LIST_LABELS: Final = {
    ListName.SERIOUS: "严重违法失信名单",
    ListName.ABNORMAL: "活动异常名录",
    ListName.RED: "守信红名单",
}

ADVERSE: Final = (ListName.SERIOUS, ListName.ABNORMAL)


class Status(StrEnum):
    LISTED = "listed"
    DELISTED = "delisted"

    @property
    def label(self) -> str:
        return "列入中" if self is Status.LISTED else "已移出"


class DelistReason(StrEnum):
    REPAIRED = "repaired"
    """信用修复"""
    REMOVED = "removed"
    """依法移出"""
    CORRECTED = "corrected"
    """信息有误，更正"""
    SUPERSEDED = "superseded"
    """因列入其他名单而移出"""
    EXPIRED = "expired"
    """有效期届满"""

    @property
    def label(self) -> str:
        return _REASON_LABELS[self]


_REASON_LABELS: Final = {
    DelistReason.REPAIRED: "信用修复",
    DelistReason.REMOVED: "依法移出",
    DelistReason.CORRECTED: "信息更正",
    DelistReason.SUPERSEDED: "因列入其他名单而移出",
    DelistReason.EXPIRED: "有效期届满",
}


def is_gone(name: ListName, reason: DelistReason | None) -> bool:
    """What was repaired, corrected or lawfully removed from an adverse list is shown no more, on
    the boards and in the files of past days neither (NDRC Order 36: publication stops with the
    repair)."""
    if reason is DelistReason.CORRECTED:
        return True
    return name in ADVERSE and reason in (DelistReason.REPAIRED, DelistReason.REMOVED)


class Action(StrEnum):
    RELAPSE = "relapse"
    """再次列入: the term starts again."""
    DELIST = "delist"
    CORRECT = "correct"
    """更正: a listing that another one has taken the place of rested on wrong data."""

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.RELAPSE: "再次列入",
    Action.DELIST: "移出",
    Action.CORRECT: "更正",
}


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    # Order 60: a new ground while listed does not make a second listing, it restarts the term.
    (Status.LISTED, Action.RELAPSE): Status.LISTED,
    (Status.LISTED, Action.DELIST): Status.DELISTED,
    (Status.DELISTED, Action.CORRECT): Status.DELISTED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"当前状态为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an organisation is put on a list: what was decided, by whom, on which basis."""

    list: ListName
    trigger: str
    trigger_text: str
    legal_basis: str
    decided_by: str
    case_id: UUID | None = None
    proposal_id: UUID | None = None
    rectifiable: bool = True
    """Something can be put right, and having done so is what ends an abnormal listing."""
    ends_abnormal: bool = False
    """The listing takes the place of the abnormal one: two years on the abnormal list."""


def exit_not_before(terms: ListTerms, since: date, *, rectifiable: bool) -> date | None:
    """The first day on which the listing can be repaired; None: as soon as the duty is done.

    Order 60 and the publication class of NDRC Order 36 stand side by side in the rule set; how
    they relate is unresolved, so the stricter one holds.
    """
    months = terms.min_term_months
    if not rectifiable:
        months = max(months, terms.nothing_to_rectify_months)
    if terms.publication is not None:
        months = max(months, terms.publication.min_months)
    return add_months(since, months) if months else None


def publication_ends_on(terms: ListTerms, since: date) -> date | None:
    """The last day on which the listing is shown to the public (Order 36); None: while listed."""
    if terms.publication is None:
        return None
    return add_months(since, terms.publication.max_months)


def later(one: date | None, other: date | None) -> date | None:
    """A relapse never shortens a term that runs already."""
    return max((day for day in (one, other) if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ground that counts still."""

    number: int
    decided_on: date
    exit_not_before: date | None


def valid_through(decisions: Sequence[tuple[date, int]]) -> date:
    """The last day of a red listing by its decisions, each with its day and its months, in order:
    one that was taken while the listing stood lengthens it, one after its end begins anew."""
    last: date | None = None
    for decided_on, months in decisions:
        last = add_months(decided_on if last is None or last < decided_on else last, months)
    assert last is not None, "a listing rests on a decision"
    return last


@dataclass(frozen=True, slots=True)
class Term:
    heading: int
    """The number of the ground that the listing is shown with."""
    listed_on: date
    started_on: date
    exit_not_before: date | None


def term_of(grounds: Sequence[Standing]) -> Term:
    """What remains of a listing when it rests on these grounds alone."""
    latest = max(one.decided_on for one in grounds)
    exits = [one.exit_not_before for one in grounds if one.exit_not_before is not None]
    return Term(
        heading=min(one.number for one in grounds if one.decided_on == latest),
        listed_on=min(one.decided_on for one in grounds),
        started_on=latest,
        exit_not_before=max(exits, default=None),
    )


def stands_again(
    name: ListName,
    organization_status: str,
    valid_until: date | None,
    today: date,
    current: Collection[ListName],
) -> bool:
    """Whether a superseded listing is entered anew when what superseded it was corrected. A red
    one only for a body in good order, within its validity and on no adverse list."""
    if organization_status == "cancelled" or name in current:
        return False
    if name is not ListName.RED:
        return True
    clean = organization_status == "active" and not any(one in current for one in ADVERSE)
    return clean and valid_until is not None and today <= valid_until


class NotDue(Conflict):
    slug, title = "term-not-over", "最短期限尚未届满"


class DutyOpen(Conflict):
    slug, title = "duty-not-done", "相关义务尚未履行"


class LeavesByCancellation(Conflict):
    slug, title = "leaves-by-cancellation", "被撤销登记的组织在完成注销后移出"


class NotByRemoval(Conflict):
    slug, title = "not-by-removal", "不能以依法移出的方式办理"


def check_due(exit_on: date | None, today: date) -> None:
    """Raises NotDue before the first day on which the listing may end."""
    if exit_on is not None and today < exit_on:
        raise NotDue(
            f"最短期限至 {exit_on.isoformat()} 届满，此前不能移出",
            extra={"exit_not_before": exit_on.isoformat()},
        )


def check_removal(
    name: ListName, organization_status: str, exit_on: date | None, today: date, *, duty_done: bool
) -> None:
    """依法移出: the abnormal list after the duty is done; the serious list only after cancellation
    (everything else there is a repair); the red list at any time."""
    if name is ListName.RED or organization_status == "cancelled":
        return
    if name is ListName.SERIOUS:
        raise NotByRemoval("严重违法失信名单的移出须经信用修复；列入有误的，办理信息更正")
    if not duty_done:
        raise DutyOpen("尚未查实该组织已履行义务或完成整改")
    check_due(exit_on, today)
