"""Which triggers the facts of one organisation meet. Pure: the order of the facts is nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credit_list.leads.rules import Condition, Interval, TriggerParameters
from credit_list.periods import add_months
from credit_list.records.domain import Kind, Sanction

ON_ABNORMAL: Final = "on_abnormal_list"
"""The kind of fact that the abnormal list itself is: its day is when the term began."""


@dataclass(frozen=True, slots=True)
class Fact:
    key: str
    """What the fact is known by: the id of its record; of a listing its id and term."""
    kind: Kind | str
    day: date
    year: int | None = None
    sanctions: frozenset[str] = frozenset()
    fine_fen: int = 0
    remedied: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A fact with which an officer has dealt, for one trigger."""

    list: str
    code: str
    key: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that is met, with the facts that made it, oldest first."""

    list: str
    code: str
    facts: tuple[Fact, ...]


def triggered(
    facts: Iterable[Fact],
    rules: TriggerParameters,
    today: date,
    settled: Collection[Settled] = (),
) -> list[Trigger]:
    """Every trigger that is met by facts of which at least one has not been dealt with."""
    ordered = sorted(set(facts), key=lambda one: (one.day, one.key))
    met: list[Trigger] = []
    for condition in rules.conditions:
        done = {
            one.key for one in settled if (one.list, one.code) == (condition.list, condition.code)
        }
        made = {
            fact
            for group in _groups(condition, ordered, today)
            if any(fact.key not in done for fact in group)
            for fact in group
        }
        if made:
            chosen = tuple(fact for fact in ordered if fact in made)
            met.append(Trigger(condition.list, condition.code, chosen))
    return met


def _groups(condition: Condition, facts: Sequence[Fact], today: date) -> list[Sequence[Fact]]:
    """The sets of facts of which each by itself meets the condition."""
    if condition.by_hand:
        return []
    if condition.months_on_abnormal is not None:
        months = condition.months_on_abnormal
        listed = [one for one in facts if one.kind == ON_ABNORMAL]
        return [[one] for one in listed if add_months(one.day, months) <= today]
    counting = [one for one in facts if _counts(condition, one)]
    if condition.interval is not None:
        return _pairs(counting, condition.interval)
    if condition.consecutive_years is not None:
        return _years_running(counting, condition.consecutive_years)
    return _close_together(counting, condition.at_least, condition.within_months)


def _counts(condition: Condition, fact: Fact) -> bool:
    if fact.kind not in condition.kinds or (condition.unremedied_only and fact.remedied):
        return False
    if not condition.about_penalties:
        return True
    named = any(one.value in fact.sanctions for one in condition.sanctions)
    return named or _fined(condition, fact)


def _fined(condition: Condition, fact: Fact) -> bool:
    least, below = condition.fine_from_fen, condition.fine_below_fen
    if (least is None and below is None) or Sanction.FINE.value not in fact.sanctions:
        return False
    enough = least is None or fact.fine_fen >= least
    return fact.fine_fen > 0 and enough and (below is None or fact.fine_fen < below)


def _pairs(facts: Sequence[Fact], interval: Interval) -> list[Sequence[Fact]]:
    return [
        [one, other]
        for number, one in enumerate(facts)
        for other in facts[number + 1 :]
        if interval.from_days <= (other.day - one.day).days <= interval.to_days
    ]


def _years_running(facts: Sequence[Fact], number: int) -> list[Sequence[Fact]]:
    years = {one.year for one in facts if one.year is not None}
    runs = [range(first, first + number) for first in years]
    return [
        [one for one in facts if one.year in run] for run in runs if all(y in years for y in run)
    ]


def _close_together(
    facts: Sequence[Fact], at_least: int, within_months: int | None
) -> list[Sequence[Fact]]:
    if at_least == 1:
        return [[one] for one in facts]
    if within_months is None:
        return [facts] if len(facts) >= at_least else []
    groups = [
        [other for other in facts[number:] if other.day <= add_months(one.day, within_months)]
        for number, one in enumerate(facts)
    ]
    return [group for group in groups if len(group) >= at_least]
