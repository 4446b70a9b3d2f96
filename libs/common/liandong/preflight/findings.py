"""What a check found: fit, refused with a sentence, or not known because nobody answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EXIT_CODES: Final = {
    "settings": 2,
    "database": 3,
    "topics": 4,
    "issuer": 5,
    "clock": 6,
    "belonging": 7,
}
"""By the first word of a check's name. They never change: supervisors and scripts go by them."""


class State(StrEnum):
    FIT = "fit"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody answered: that is not the configuration's fault, and does not stop a start."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``check`` is stable (``database.locale``); ``told`` is one Chinese sentence that says what to
    change, ``english`` the same for the log."""

    check: str
    state: State
    told: str = ""
    english: str = ""

    @property
    def exit_code(self) -> int:
        """That of a process that may not start for this; 0 when it may."""
        area = self.check.partition(".")[0]
        return EXIT_CODES[area] if self.state is State.REFUSED else 0


class Refused(RuntimeError):
    """A service must not start, or not go on, in these surroundings."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.told)
        self.finding = finding


def fit(check: str) -> Finding:
    return Finding(check, State.FIT)


def refused(check: str, told: str, english: str) -> Finding:
    return Finding(check, State.REFUSED, told, english)


def unknown(check: str, told: str, english: str) -> Finding:
    return Finding(check, State.UNKNOWN, told, english)


def first_refused(findings: Iterable[Finding]) -> Finding | None:
    return next((one for one in findings if one.state is State.REFUSED), None)
