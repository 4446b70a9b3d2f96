"""Money kept for members: kinds of entries, states of a payout. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class EntryKind(StrEnum):
    DEPOSIT = "deposit"
    """存入"""
    PAYOUT = "payout"
    """支出"""
    REVERSAL = "reversal"
    """冲正"""


class Status(StrEnum):
    PROPOSED = "proposed"
    """待确认"""
    PAID = "paid"
    """已支出"""
    REFUSED = "refused"
    """不予支出"""
    WITHDRAWN = "withdrawn"
    """已撤回"""

    @property
    def label(self) -> str:
        return _LABELS[self]


class Action(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTIONS[self]


_LABELS: Final = {
    Status.PROPOSED: "待确认",
    Status.PAID: "已支出",
    Status.REFUSED: "不予支出",
    Status.WITHDRAWN: "已撤回",
}
_ACTIONS: Final = {
    Action.CONFIRM: "确认支出",
    Action.REFUSE: "不予支出",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PROPOSED, Action.CONFIRM): Status.PAID,
    (Status.PROPOSED, Action.REFUSE): Status.REFUSED,
    (Status.PROPOSED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该笔支出{status.label}，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None
