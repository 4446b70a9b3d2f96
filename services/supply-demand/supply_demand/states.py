"""States and actions with their Chinese names, and the one question a table of states answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from liandong.problems import IllegalTransition


class Labelled(StrEnum):
    """A value for programs with a ``label`` for people: ``DRAFT = "draft", "草稿"``."""

    label: str

    def __new__(cls, value: str, label: str) -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


S = TypeVar("S", bound=Labelled)
A = TypeVar("A", bound=Labelled)


def follow(table: Mapping[tuple[S, A], S], status: S, action: A) -> S:
    """The status after the action; raises IllegalTransition (409) when the table has none."""
    try:
        return table[status, action]
    except KeyError:
        raise IllegalTransition(
            f"当前状态为“{status.label}”，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None
