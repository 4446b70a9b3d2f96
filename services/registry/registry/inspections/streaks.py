"""Years running: missed, 基本合格, 不合格, and what Order 27 makes of them. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from registry.inspections.domain import INSPECTED, Status, Verdict
from registry.inspections.rules import Revocation
from registry.organizations.domain import Kind


@dataclass(frozen=True, slots=True)
class Year:
    """How one year ended, as far as it has."""

    year: int
    status: Status
    missed_on: date | None = None
    verdict: Verdict | None = None

    @property
    def was_missed(self) -> bool:
        """Not handed in on time; what was handed in late stays late."""
        return self.missed_on is not None and self.status is not Status.DROPPED

    @property
    def was_not_inspected(self) -> bool:
        """Missed and never made up for (未参加年检)."""
        return self.was_missed and self.status not in INSPECTED

    @property
    def was_bad(self) -> bool:
        return self.was_not_inspected or self.verdict is Verdict.UNQUALIFIED


@dataclass(frozen=True, slots=True)
class Streaks:
    """Years running, the last one included."""

    missed: int = 0
    basically_qualified: int = 0
    unqualified: int = 0
    bad: int = 0
    """未参加年检或者不合格"""


def streaks(last: Year, before: Iterable[Year]) -> Streaks:
    """``before`` in any order. A year without an inspection, or one exempt, breaks every row."""
    known = {one.year: one for one in before} | {last.year: last}

    def running(holds: Callable[[Year], bool]) -> int:
        count = 0
        while (found := known.get(last.year - count)) is not None and holds(found):
            count += 1
        return count

    return Streaks(
        missed=running(lambda one: one.was_missed),
        basically_qualified=running(lambda one: one.verdict is Verdict.BASICALLY_QUALIFIED),
        unqualified=running(lambda one: one.verdict is Verdict.UNQUALIFIED),
        bad=running(lambda one: one.was_bad),
    )


def indicates_revocation(kind: Kind, found: Streaks, rule: Revocation) -> bool:
    """Officers are told; nobody is revoked by this."""
    return kind in rule.kinds and found.bad >= rule.years


def previous_was_bad(last_year: Year | None) -> bool:
    """Whether the report has to tell of a rectification."""
    return last_year is not None and (
        last_year.was_missed or last_year.verdict not in (None, Verdict.QUALIFIED)
    )
