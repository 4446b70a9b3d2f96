"""Changes of a grade in force: what may be proposed and decided. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class ChangeKind(StrEnum):
    ADJUST = "adjust"
    """降低等级"""
    CANCEL = "cancel"
    """取消等级"""
    KEEP = "keep"
    """维持等级: the outcome of a review that found nothing"""


class ChangeStatus(StrEnum):
    OPEN = "open"
    """待审批"""
    APPROVED = "approved"
    """已批准"""
    WITHDRAWN = "withdrawn"
    """已撤回"""
    LAPSED = "lapsed"
    """已失效: the grade ended before the decision"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    ChangeStatus.OPEN: "待审批",
    ChangeStatus.APPROVED: "已批准",
    ChangeStatus.WITHDRAWN: "已撤回",
    ChangeStatus.LAPSED: "已失效",
}


class ChangeAction(StrEnum):
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    ChangeAction.APPROVE: "批准",
    ChangeAction.WITHDRAW: "撤回",
    ChangeAction.LAPSE: "失效",
}

TRANSITIONS: Final[Mapping[tuple[ChangeStatus, ChangeAction], ChangeStatus]] = {
    (ChangeStatus.OPEN, ChangeAction.APPROVE): ChangeStatus.APPROVED,
    (ChangeStatus.OPEN, ChangeAction.WITHDRAW): ChangeStatus.WITHDRAWN,
    (ChangeStatus.OPEN, ChangeAction.LAPSE): ChangeStatus.LAPSED,
}


def advance(status: ChangeStatus, action: ChangeAction) -> ChangeStatus:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该调整{status.label}，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None
