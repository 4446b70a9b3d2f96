"""Repairs: states and conditions. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from credit_list.listings.domain import DutyOpen, LeavesByCancellation, check_due
from credit_list.listings.rules import ListTerms
from liandong.problems import IllegalTransition


class Status(StrEnum):
    APPLIED = "applied"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.APPLIED: "已申请",
    Status.GRANTED: "准予修复",
    Status.REFUSED: "不予修复",
    Status.WITHDRAWN: "已撤回",
}


class Action(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.GRANT: "准予修复",
    Action.REFUSE: "不予修复",
    Action.WITHDRAW: "撤回",
}


class Outcome(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.APPLIED, Action.GRANT): Status.GRANTED,
    (Status.APPLIED, Action.REFUSE): Status.REFUSED,
    (Status.APPLIED, Action.WITHDRAW): Status.WITHDRAWN,
}


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
