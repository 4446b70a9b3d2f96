"""What a day's file says, and how a receiver keeps up with it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from liandong.problems import Conflict, Gone, NotFound

Content = dict[str, Any]


class Subject(StrEnum):
    LISTING = "listing"
    """列入记录"""
    PENALTY = "penalty"
    """行政处罚"""

    @property
    def label(self) -> str:
        return "名单" if self is Subject.LISTING else "行政处罚"


class Operation(StrEnum):
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"

    @property
    def label(self) -> str:
        return _OPERATIONS[self]


_OPERATIONS: Final = {Operation.ADD: "新增", Operation.CHANGE: "变更", Operation.DELETE: "删除"}


class DayNotClosed(NotFound):
    slug, title = "day-not-closed", "该日没有共享文件"


class DayNoLongerKept(Conflict):
    slug, title = "day-no-longer-kept", "该日的共享文件已过保留期"


class FileSuperseded(Gone):
    slug, title = "file-superseded", "该文件已由新版本取代"


class RevisionUnknown(NotFound):
    slug, title = "revision-unknown", "该文件没有这个版本"


@dataclass(frozen=True, slots=True)
class Change:
    key: str
    operation: Operation
    content: Content | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, as its present revision has it."""

    subject: Subject
    key: str
    position: int
    day: date
    operation: Operation
    content: Content | None


def key_of(subject: Subject, subject_id: UUID) -> str:
    """Stays the same as long as the thing exists, whatever becomes of it."""
    return f"{subject.value}:{subject_id}"


def operation_of(before: Content | None, now: Content | None) -> Operation | None:
    """What has to be said to someone who knows ``before``; None: nothing."""
    if before == now:
        return None
    if now is None:
        return Operation.DELETE
    return Operation.ADD if before is None else Operation.CHANGE


def operation_after(corrected: Content | None, now: Content | None) -> Operation:
    """What the next delta says of something that was corrected in files that were closed before.
    It is always said: who has not fetched these again knows only what stood in them first."""
    if now is None:
        return Operation.DELETE
    return Operation.ADD if corrected is None else Operation.CHANGE


def check_revision(asked: int | None, current: int) -> None:
    """Raises FileSuperseded for an earlier revision, RevisionUnknown for one to come."""
    if asked is None or asked == current:
        return
    extra = {"revision": current}
    if asked > current:
        raise RevisionUnknown(f"该文件的现行版本为第{current}版", extra=extra)
    raise FileSuperseded(
        f"文件中有数据已经修复、更正或者移出，原版本不再提供，请改取第{current}版", extra=extra
    )


def applied(full: Mapping[str, Content], delta: Iterable[Change]) -> dict[str, Content]:
    """The full state after the delta: what a receiver does with the files."""
    after = dict(full)
    for change in delta:
        if change.content is None:
            after.pop(change.key, None)
        else:
            after[change.key] = change.content
    return after
