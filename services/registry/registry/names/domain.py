"""Reservations of names 名称预留: states and transitions. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from liandong.problems import IllegalTransition


class Status(StrEnum):
    HELD = "held"
    """保留中"""
    USED = "used"
    """已用于登记"""
    RELEASED = "released"
    """已放弃"""
    EXPIRED = "expired"
    """已过期"""

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS: Final = {
    Status.HELD: "保留中",
    Status.USED: "已用于登记",
    Status.RELEASED: "已放弃",
    Status.EXPIRED: "已过期",
}


class Action(StrEnum):
    EXTEND = "extend"
    USE = "use"
    RELEASE = "release"
    EXPIRE = "expire"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.EXTEND: "延期",
    Action.USE: "用于登记",
    Action.RELEASE: "放弃",
    Action.EXPIRE: "过期",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.HELD, Action.EXTEND): Status.HELD,
    (Status.HELD, Action.USE): Status.USED,
    (Status.HELD, Action.RELEASE): Status.RELEASED,
    (Status.HELD, Action.EXPIRE): Status.EXPIRED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该名称{status.label}，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None
