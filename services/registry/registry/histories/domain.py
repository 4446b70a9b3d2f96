"""Taking changes of a record back, and telling two states apart. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

State = dict[str, Any]
"""Items of a record as JSON values."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the record, personal items included."""

    version: int
    at: datetime
    action: str
    actor: str
    application_id: UUID | None
    note: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    item: str
    before: Any
    after: Any


def changes_between(before: State, after: State) -> tuple[State, State]:
    """The items that differ, as they were and as they are."""
    names = [name for name, value in after.items() if before[name] != value]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def taken_back(current: State, changes: Iterable[Change]) -> State:
    """The state before every one of the changes, which are the latest ones."""
    state = dict(current)
    for change in sorted(changes, key=lambda one: one.version, reverse=True):
        state.update(change.before)
    return state


def differences(before: State, after: State) -> list[Difference]:
    return [
        Difference(name, before[name], value)
        for name, value in after.items()
        if before[name] != value
    ]


def origins(current: State, changes: Iterable[Change]) -> dict[str, Change | None]:
    """The change that gave each item its present value; None: it is as first entered."""
    found: dict[str, Change | None] = dict.fromkeys(current)
    for change in sorted(changes, key=lambda one: one.version):
        for name in change.after:
            found[name] = change
    return found
