"""Checks and audits: forms, states, transitions, results. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Form(StrEnum):
    SAMPLE = "sample"
    """双随机抽查"""
    SPECIAL = "special"
    """专项检查"""
    AUDIT = "audit"
    """第三方审计"""

    @property
    def label(self) -> str:
        return _FORM_LABELS[self]


_FORM_LABELS: Final = {
    Form.SAMPLE: "双随机抽查",
    Form.SPECIAL: "专项检查",
    Form.AUDIT: "第三方审计",
}


class Topic(StrEnum):
    FINANCE = "finance"
    """财务"""
    WORK_SAFETY = "work_safety"
    """安全生产"""
    SERVICE_QUALITY = "service_quality"
    """服务质量"""
    GENERAL = "general"
    """综合"""


class Severity(StrEnum):
    MINOR = "minor"
    """轻微"""
    ORDINARY = "ordinary"
    """一般"""
    SERIOUS = "serious"
    """严重"""


class Result(StrEnum):
    NO_PROBLEM = "no_problem"
    """未发现问题"""
    RECTIFY = "rectify"
    """责令整改"""
    CASE = "case"
    """移交立案"""
    UNREACHABLE = "unreachable"
    """通过登记的住所无法联系"""

    @property
    def label(self) -> str:
        return _RESULT_LABELS[self]


_RESULT_LABELS: Final = {
    Result.NO_PROBLEM: "未发现问题",
    Result.RECTIFY: "责令整改",
    Result.CASE: "移交立案",
    Result.UNREACHABLE: "通过登记的住所无法联系",
}


WITH_PROBLEMS: Final = (Result.RECTIFY, Result.CASE)
"""Something has to follow: an order to rectify, or a case."""


class Status(StrEnum):
    PLANNED = "planned"
    """待检查"""
    RECORDED = "recorded"
    """已记录，待结论"""
    CONCLUDED = "concluded"
    """已作结论，待公示"""
    PUBLISHED = "published"
    """已公示"""
    CANCELLED = "cancelled"
    """已取消"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.PLANNED: "待检查",
    Status.RECORDED: "已记录，待结论",
    Status.CONCLUDED: "已作结论，待公示",
    Status.PUBLISHED: "已公示",
    Status.CANCELLED: "已取消",
}


class Action(StrEnum):
    REASSIGN = "reassign"
    RECORD = "record"
    RETURN = "return"
    CONCLUDE = "conclude"
    PUBLISH = "publish"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.REASSIGN: "调整检查人员",
    Action.RECORD: "记录检查情况",
    Action.RETURN: "退回重新检查",
    Action.CONCLUDE: "作出检查结论",
    Action.PUBLISH: "公示检查结果",
    Action.CANCEL: "取消",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PLANNED, Action.REASSIGN): Status.PLANNED,
    (Status.PLANNED, Action.RECORD): Status.RECORDED,
    (Status.PLANNED, Action.CANCEL): Status.CANCELLED,
    # A slip in the record is put right before anything is concluded from it.
    (Status.RECORDED, Action.RECORD): Status.RECORDED,
    (Status.RECORDED, Action.RETURN): Status.PLANNED,
    (Status.RECORDED, Action.CONCLUDE): Status.CONCLUDED,
    (Status.CONCLUDED, Action.PUBLISH): Status.PUBLISHED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"检查任务当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def fits(result: Result, severities: list[Severity], *, was_reached: bool) -> bool:
    """Whether the findings bear the result: nothing found has no consequence, a serious finding
    has one, and whoever was not reached was not checked."""
    if result is Result.UNREACHABLE:
        return not was_reached and not severities
    if not was_reached:
        return False
    if result is Result.NO_PROBLEM:
        return not severities
    if result is Result.RECTIFY:
        return bool(severities) and Severity.SERIOUS not in severities
    return bool(severities)
