"""Orders to rectify: states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Source(StrEnum):
    """What the problems were found by."""

    CHECK = "check"
    """抽查、专项检查、审计"""
    PENALTY = "penalty"
    """处罚案件中一并责令改正 (行政处罚法 art. 28)"""
    INSPECTION = "inspection"
    """年检年报"""
    OTHER = "other"


class Status(StrEnum):
    DRAFTED = "drafted"
    """待签发"""
    ISSUED = "issued"
    """已签发，待送达"""
    ORDERED = "ordered"
    """已送达，整改中"""
    SUBMITTED = "submitted"
    """已报告整改，待复查"""
    COMPLETED = "completed"
    """整改完成"""
    WITHDRAWN = "withdrawn"
    """已撤销"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.DRAFTED: "待签发",
    Status.ISSUED: "已签发，待送达",
    Status.ORDERED: "整改中",
    Status.SUBMITTED: "已报告整改，待复查",
    Status.COMPLETED: "整改完成",
    Status.WITHDRAWN: "已撤销",
}

KNOWN_TO_THE_BODY: Final = (Status.ORDERED, Status.SUBMITTED, Status.COMPLETED)
"""Served; a withdrawn order as well, where it had been."""


class Action(StrEnum):
    EDIT = "edit"
    ISSUE = "issue"
    SERVE = "serve"
    EXTEND = "extend"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.EDIT: "修改",
    Action.ISSUE: "签发",
    Action.SERVE: "送达",
    Action.EXTEND: "延长整改期限",
    Action.SUBMIT: "报告整改情况",
    Action.CONFIRM: "复查合格",
    Action.RETURN: "复查不合格",
    Action.WITHDRAW: "撤销",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.DRAFTED, Action.EDIT): Status.DRAFTED,
    (Status.DRAFTED, Action.ISSUE): Status.ISSUED,
    (Status.DRAFTED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.ISSUED, Action.SERVE): Status.ORDERED,
    (Status.ISSUED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.ORDERED, Action.EXTEND): Status.ORDERED,
    (Status.ORDERED, Action.SUBMIT): Status.SUBMITTED,
    (Status.ORDERED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Action.CONFIRM): Status.COMPLETED,
    (Status.SUBMITTED, Action.RETURN): Status.ORDERED,
    (Status.SUBMITTED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"整改通知当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
