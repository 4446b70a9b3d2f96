"""Liquidations: grounds, states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Ground(StrEnum):
    """Why the body is liquidated (社会团体登记管理条例 arts. 19-20)."""

    REVOCATION = "revocation"
    """被撤销登记"""
    PURPOSE_ACHIEVED = "purpose_achieved"
    """完成章程规定的宗旨"""
    DISSOLUTION = "dissolution"
    """自行解散"""
    MERGER_OR_DIVISION = "merger_or_division"
    """分立、合并"""
    OTHER = "other"


class Status(StrEnum):
    DUE = "due"
    """待成立清算组"""
    RUNNING = "running"
    """清算中"""
    ENDED = "ended"
    """清算结束，待申请注销"""
    CLOSED = "closed"
    """已注销登记"""
    WITHDRAWN = "withdrawn"
    """已终止清算"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.DUE: "待成立清算组",
    Status.RUNNING: "清算中",
    Status.ENDED: "清算结束，待申请注销",
    Status.CLOSED: "已注销登记",
    Status.WITHDRAWN: "已终止清算",
}

OPEN: Final = (Status.DUE, Status.RUNNING, Status.ENDED)


class Action(StrEnum):
    FORM = "form"
    END = "end"
    CLOSE = "close"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.FORM: "成立清算组",
    Action.END: "清算结束",
    Action.CLOSE: "办结",
    Action.WITHDRAW: "终止清算",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DUE, Action.FORM): Status.RUNNING,
    (Status.RUNNING, Action.END): Status.ENDED,
    (Status.ENDED, Action.CLOSE): Status.CLOSED,
    **{(status, Action.WITHDRAW): Status.WITHDRAWN for status in OPEN},
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"清算当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
