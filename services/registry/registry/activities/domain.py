"""Reports of major activities: kinds, states, transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Kind(StrEnum):
    FESTIVAL = "festival"
    """节庆活动"""
    SHOW = "show"
    """演出、展示"""
    CONTEST = "contest"
    """比赛"""
    GATHERING = "gathering"
    """集会"""


class Status(StrEnum):
    REPORTED = "reported"
    """已报告，待答复"""
    ACKNOWLEDGED = "acknowledged"
    """已知悉"""
    CHANGES_REQUESTED = "changes_requested"
    """要求调整"""
    ADVISED_AGAINST = "advised_against"
    """建议不举办"""
    CANCELLED = "cancelled"
    """已取消"""
    CONCLUDED = "concluded"
    """已报结果"""

    @property
    def label(self) -> str:
        return _LABELS[self]


class Action(StrEnum):
    AMEND = "amend"
    ACKNOWLEDGE = "acknowledge"
    REQUEST_CHANGES = "request-changes"
    ADVISE_AGAINST = "advise-against"
    CANCEL = "cancel"
    CONCLUDE = "conclude"

    @property
    def label(self) -> str:
        return _ACTIONS[self]


_LABELS: Final = {
    Status.REPORTED: "已报告，待答复",
    Status.ACKNOWLEDGED: "已知悉",
    Status.CHANGES_REQUESTED: "要求调整",
    Status.ADVISED_AGAINST: "建议不举办",
    Status.CANCELLED: "已取消",
    Status.CONCLUDED: "已报结果",
}
_ACTIONS: Final = {
    Action.AMEND: "修改报告",
    Action.ACKNOWLEDGE: "知悉",
    Action.REQUEST_CHANGES: "要求调整",
    Action.ADVISE_AGAINST: "建议不举办",
    Action.CANCEL: "取消活动",
    Action.CONCLUDE: "报告结果",
}
OPEN: Final = (
    Status.REPORTED,
    Status.ACKNOWLEDGED,
    Status.CHANGES_REQUESTED,
    Status.ADVISED_AGAINST,
)
_ANSWERS: Final = {
    Action.ACKNOWLEDGE: Status.ACKNOWLEDGED,
    Action.REQUEST_CHANGES: Status.CHANGES_REQUESTED,
    Action.ADVISE_AGAINST: Status.ADVISED_AGAINST,
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    **{(Status.REPORTED, action): status for action, status in _ANSWERS.items()},
    # The street may think better of what it told before.
    **{(Status.ACKNOWLEDGED, action): status for action, status in _ANSWERS.items()},
    **{(status, Action.AMEND): Status.REPORTED for status in OPEN},
    **{(status, Action.CANCEL): Status.CANCELLED for status in OPEN},
    **{(status, Action.CONCLUDE): Status.CONCLUDED for status in OPEN},
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该活动报告为“{status.label}”，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None
