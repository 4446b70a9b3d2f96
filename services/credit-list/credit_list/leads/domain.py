"""Leads: states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    VOID = "void"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "待处理",
    Status.TAKEN: "已转为案件",
    Status.DISMISSED: "不予采纳",
    Status.VOID: "已失效",
}

SETTLED: Final = (Status.TAKEN, Status.DISMISSED)
"""An officer has dealt with the facts: by themselves they raise no lead again."""


class Action(StrEnum):
    TAKE = "take"
    DISMISS = "dismiss"
    VOID = "void"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.TAKE: "转为案件",
    Action.DISMISS: "不予采纳",
    Action.VOID: "失效",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.TAKE): Status.TAKEN,
    (Status.PROPOSED, Action.DISMISS): Status.DISMISSED,
    (Status.PROPOSED, Action.VOID): Status.VOID,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"线索{status.label}，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
