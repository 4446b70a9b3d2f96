"""Filings 备案: states and transitions (民发〔2017〕191号; local filing measures). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Status(StrEnum):
    SUBMITTED = "submitted"
    """已提交，待村（居）委会提出意见"""
    OPINED = "opined"
    """村（居）委会已提出意见，待街道（乡镇）审核"""
    REVIEWED = "reviewed"
    """待决定"""
    RETURNED = "returned"
    """退回补充"""
    FILED = "filed"
    """已备案"""
    REFUSED = "refused"
    """不予备案"""
    WITHDRAWN = "withdrawn"
    """已撤回"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


ENDED: Final = frozenset({Status.FILED, Status.REFUSED, Status.WITHDRAWN})

_STATUS_LABELS: Final = {
    Status.SUBMITTED: "已提交，待村（居）委会提出意见",
    Status.OPINED: "待街道（乡镇）审核",
    Status.REVIEWED: "待决定",
    Status.RETURNED: "退回补充",
    Status.FILED: "已备案",
    Status.REFUSED: "不予备案",
    Status.WITHDRAWN: "已撤回",
}


class Action(StrEnum):
    EDIT = "edit"
    RESUBMIT = "resubmit"
    OPINE = "opine"
    OPINE_FINALLY = "opine-finally"
    """Of bodies that the committee guides, where the local rules know no review by the street."""
    REVIEW = "review"
    RETURN = "return"
    FILE = "file"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.EDIT: "修改",
    Action.RESUBMIT: "重新提交",
    Action.OPINE: "提出村（居）委会意见",
    Action.OPINE_FINALLY: "提出村（居）委会意见",
    Action.REVIEW: "审核",
    Action.RETURN: "退回补充",
    Action.FILE: "准予备案",
    Action.REFUSE: "不予备案",
    Action.WITHDRAW: "撤回",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.SUBMITTED, Action.EDIT): Status.SUBMITTED,
    (Status.SUBMITTED, Action.OPINE): Status.OPINED,
    (Status.SUBMITTED, Action.OPINE_FINALLY): Status.REVIEWED,
    (Status.SUBMITTED, Action.RETURN): Status.RETURNED,
    (Status.SUBMITTED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.OPINED, Action.REVIEW): Status.REVIEWED,
    (Status.OPINED, Action.RETURN): Status.RETURNED,
    (Status.OPINED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.REVIEWED, Action.RETURN): Status.RETURNED,
    (Status.REVIEWED, Action.FILE): Status.FILED,
    (Status.REVIEWED, Action.REFUSE): Status.REFUSED,
    (Status.REVIEWED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.RETURNED, Action.EDIT): Status.RETURNED,
    (Status.RETURNED, Action.RESUBMIT): Status.SUBMITTED,
    (Status.RETURNED, Action.WITHDRAW): Status.WITHDRAWN,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该备案当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None
