"""Revocations 撤销登记: states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    """已提出，待告知"""
    NOTICED = "noticed"
    """已告知，可以陈述、申辩"""
    DECIDED = "decided"
    """已决定撤销登记"""
    WITHDRAWN = "withdrawn"
    """已撤回"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "待告知",
    Status.NOTICED: "已告知，可以陈述、申辩",
    Status.DECIDED: "已决定撤销登记",
    Status.WITHDRAWN: "已撤回",
}

OPEN: Final = (Status.PROPOSED, Status.NOTICED)


class Action(StrEnum):
    SERVE_NOTICE = "serve-notice"
    STATE = "state"
    DECIDE = "decide"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.SERVE_NOTICE: "送达告知书",
    Action.STATE: "陈述、申辩",
    Action.DECIDE: "决定撤销登记",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.SERVE_NOTICE): Status.NOTICED,
    (Status.PROPOSED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.NOTICED, Action.STATE): Status.NOTICED,
    (Status.NOTICED, Action.DECIDE): Status.DECIDED,
    (Status.NOTICED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"撤销登记当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
