"""Entitlements: states, transitions, and what becomes of a cause. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import Conflict, IllegalTransition


class Status(StrEnum):
    OPEN = "open"
    """待拨付"""
    APPROVED = "approved"
    """已生成拨付"""
    PAID = "paid"
    """已拨付"""
    CANCELLED = "cancelled"
    """已取消"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


class Action(StrEnum):
    PROPOSE = "propose"
    """a payment was created"""
    RETURN = "return"
    """the payment was cancelled"""
    PAY = "pay"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_STATUS_LABELS: Final = {
    Status.OPEN: "待拨付",
    Status.APPROVED: "已生成拨付",
    Status.PAID: "已拨付",
    Status.CANCELLED: "已取消",
}
_ACTION_LABELS: Final = {
    Action.PROPOSE: "提出拨付",
    Action.RETURN: "退回",
    Action.PAY: "拨付",
    Action.CANCEL: "取消",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.OPEN, Action.PROPOSE): Status.APPROVED,
    (Status.OPEN, Action.CANCEL): Status.CANCELLED,
    (Status.APPROVED, Action.RETURN): Status.OPEN,
    (Status.APPROVED, Action.PAY): Status.PAID,
    (Status.APPROVED, Action.CANCEL): Status.CANCELLED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该项应享的状态为“{status.label}”，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None


class CauseKind(StrEnum):
    SITE = "site"
    """站点认定"""
    GRADE = "grade"
    """评估等级"""


class Outcome(StrEnum):
    """What became of a cause. Nothing due is an answer, not an error."""

    ENTITLED = "entitled"
    NO_PROGRAMME = "no-programme"
    """no rule set is in force for the district on the day"""
    NOTHING_DUE = "nothing-due"
    """the rule set in force awards nothing for this kind or grade"""
    ALREADY_AWARDED = "already-awarded"
    """what is paid for once was awarded before"""


class CauseSettled(Conflict):
    slug, title = "cause-settled", "该事项已有结果，不能重新核算"
