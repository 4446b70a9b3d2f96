"""Credit grades and the facts that they rest on. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from credit_list.records.domain import Kind, Sanction


class Grade(StrEnum):
    """信用等级; the first is the best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    def at_most(self, limit: "Grade") -> "Grade":
        return max(self, limit)


class Level(StrEnum):
    """监管等级."""

    RELAXED = "relaxed"
    STANDARD = "standard"
    STRENGTHENED = "strengthened"
    KEY = "key"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


_LEVEL_LABELS: Final = {
    Level.RELAXED: "简化监管",
    Level.STANDARD: "常规监管",
    Level.STRENGTHENED: "加强监管",
    Level.KEY: "重点监管",
}

GRADE, ON_SERIOUS, ON_ABNORMAL, ON_RED = "grade", "on_serious", "on_abnormal", "on_red"
_OTHER_KINDS: Final = {
    GRADE: "评估等级",
    ON_SERIOUS: "列入严重违法失信名单",
    ON_ABNORMAL: "列入活动异常名录",
    ON_RED: "列入守信红名单",
}
KINDS: Final = frozenset(Kind) | _OTHER_KINDS.keys()
FAVOURABLE: Final = frozenset({Kind.COMMENDATION.value, GRADE, ON_RED})
"""What only speaks for an organisation; of verdicts, ``qualified`` does."""
QUALIFIED: Final = "qualified"


def kind_text(kind: str) -> str:
    return _OTHER_KINDS[kind] if kind in _OTHER_KINDS else Kind(kind).label


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that may count: a record, a listing that runs, the grade in force."""

    key: str
    """The id of the record, listing or grade."""
    kind: str
    day: date
    result: str | None = None
    sanctions: frozenset[Sanction | str] = frozenset()
    fine_fen: int = 0
    remedied: bool = False
    until: date | None = None
    """The last day of a grade, of which nobody need be told."""
