"""Repairs: states and conditions. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from credit_list.listings.domain import DutyOpen, LeavesByCancellation, check_due
from credit_list.listings.rules import ListTerms
from liandong.problems import Conflict, IllegalTransition


class Status(StrEnum):
    APPLIED = "applied"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CHECKED = "checked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.APPLIED: "已申请，待受理",
    Status.RETURNED: "待补正",
    Status.ACCEPTED: "已受理，待核查",
    Status.CHECKED: "已核查，待决定",
    Status.GRANTED: "准予修复",
    Status.REFUSED: "不予修复",
    Status.WITHDRAWN: "已撤回",
}


OPEN: Final = (Status.APPLIED, Status.RETURNED, Status.ACCEPTED, Status.CHECKED)


class Due(StrEnum):
    """The step that falls due next."""

    ACCEPT = "accept"
    SUPPLEMENT = "supplement"
    CHECK = "check"
    DECIDE = "decide"


class Action(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"
    SUPPLEMENT = "supplement"
    CHECK = "check"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.ACCEPT: "受理",
    Action.RETURN: "退回补正",
    Action.SUPPLEMENT: "补正",
    Action.CHECK: "核查",
    Action.GRANT: "准予修复",
    Action.REFUSE: "不予修复",
    Action.WITHDRAW: "撤回",
}


class Outcome(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.APPLIED, Action.ACCEPT): Status.ACCEPTED,
    (Status.APPLIED, Action.RETURN): Status.RETURNED,
    (Status.RETURNED, Action.SUPPLEMENT): Status.APPLIED,
    (Status.ACCEPTED, Action.CHECK): Status.CHECKED,
    # A new ground, or one that was corrected, asks for another check.
    (Status.CHECKED, Action.CHECK): Status.CHECKED,
    (Status.CHECKED, Action.GRANT): Status.GRANTED,
    (Status.CHECKED, Action.REFUSE): Status.REFUSED,
    **{(status, Action.WITHDRAW): Status.WITHDRAWN for status in OPEN},
}

DUE: Final[Mapping[Status, Due]] = {
    Status.APPLIED: Due.ACCEPT,
    Status.RETURNED: Due.SUPPLEMENT,
    Status.ACCEPTED: Due.CHECK,
    Status.CHECKED: Due.DECIDE,
}


class CheckOutdated(Conflict):
    slug, title = "check-outdated", "核查之后列入情形有变化"


class TooEarlyToReapply(Conflict):
    slug, title = "reapply-later", "尚不能再次申请信用修复"


def check_up_to_date(seen: Collection[str], standing: Collection[str]) -> None:
    """Raises CheckOutdated when the listing rests on other grounds than the check has seen."""
    if set(seen) != set(standing):
        raise CheckOutdated("核查之后该组织再次被列入或者列入情形已更正，请重新核查后再作决定")


def check_reapply(reapply_from: date | None, today: date) -> None:
    if reapply_from is not None and today < reapply_from:
        raise TooEarlyToReapply(
            f"不予修复后，可以自 {reapply_from.isoformat()} 起再次申请",
            extra={"reapply_from": reapply_from.isoformat()},
        )


def reapply_from(decided_on: date, exit_on: date | None, days: int) -> date:
    """The first day for another application: when the refusal's time and the term are over."""
    return max(decided_on + timedelta(days=days), exit_on or decided_on)


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"申请{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def check_grant(
    terms: ListTerms,
    exit_on: date | None,
    today: date,
    *,
    obligations_met: bool,
    organization_status: str,
) -> None:
    """Raises what stands against granting: a revoked body, an open duty, a term that runs."""
    if organization_status == "revoked":
        raise LeavesByCancellation()
    if not obligations_met:
        raise DutyOpen("相关义务尚未履行，不能准予修复")
    if not terms.early_repair_allowed:
        check_due(exit_on, today)
