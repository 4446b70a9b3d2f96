"""Transfers 迁移: states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Status(StrEnum):
    PROPOSED = "proposed"
    """迁出地已提出，待迁入地接收"""
    ACCEPTED = "accepted"
    """迁入地已接收"""
    REFUSED = "refused"
    """迁入地不接收"""
    WITHDRAWN = "withdrawn"
    """迁出地已撤回"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PROPOSED: "待接收",
    Status.ACCEPTED: "已接收",
    Status.REFUSED: "不接收",
    Status.WITHDRAWN: "已撤回",
}


class Action(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {Action.ACCEPT: "接收", Action.REFUSE: "不接收", Action.WITHDRAW: "撤回"}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.ACCEPT): Status.ACCEPTED,
    (Status.PROPOSED, Action.REFUSE): Status.REFUSED,
    (Status.PROPOSED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"迁移当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
