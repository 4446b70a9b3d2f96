"""From facts to items, score, grade and level. Pure: the same facts give the same answer in any
order, and no adverse fact raises the score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from credit_list.grading.domain import Fact, Grade
from credit_list.grading.rules import GradingParameters, Item, Limit, Supervision
from credit_list.periods import add_months
from credit_list.records.domain import Sanction

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ItemScore:
    """A line that facts fit, with its points after its own cap."""

    item: Item
    facts: tuple[Fact, ...]

    @property
    def uncapped(self) -> int:
        return self.item.points * len(self.facts)

    @property
    def points(self) -> int:
        return max(-self.item.cap, min(self.uncapped, self.item.cap))


@dataclass(frozen=True, slots=True)
class Limited:
    limit: Limit
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    score: int
    by_score: Grade
    """What the score alone would give."""
    grade: Grade
    supervision: Supervision
    items: tuple[ItemScore, ...]
    categories: dict[str, int]
    """The points of each category after its caps."""
    limits: tuple[Limited, ...]
    next_change_on: date | None
    """The first day on which time alone may change something; None: never."""


def assess(facts: Iterable[Fact], rules: GradingParameters, today: date) -> Assessment:
    known = sorted({one.key: one for one in facts}.values(), key=attrgetter("day", "key"))
    lines: dict[str, list[Fact]] = {}
    for fact in known:
        item = _line(fact, rules.items)
        if item is not None and _counts(fact, item.months, today):
            lines.setdefault(item.code, []).append(fact)
    items = tuple(
        ItemScore(one, tuple(lines[one.code])) for one in rules.items if one.code in lines
    )
    limits = tuple(
        Limited(one, found)
        for one in rules.limits
        if (found := tuple(f for f in known if _limits(f, one, today)))
    )
    categories = _categories(items, rules)
    score = max(rules.lowest, min(rules.starting_score + sum(categories.values()), rules.highest))
    by_score = grade_of(score, rules)
    grade = by_score
    for one in limits:
        grade = grade.at_most(one.limit.at_most)
    return Assessment(
        score=score,
        by_score=by_score,
        grade=grade,
        supervision=rules.supervision[grade],
        items=items,
        categories=categories,
        limits=limits,
        next_change_on=min(_changes(known, rules, today), default=None),
    )


def grade_of(score: int, rules: GradingParameters) -> Grade:
    fit = [grade for grade, least in rules.bands.items() if score >= least]
    return min(fit, default=Grade.D)


def counts_until(fact: Fact, months: int | None) -> date | None:
    """The last day on which the fact counts; None: as long as it stands."""
    ends = [add_months(fact.day, months)] if months is not None else []
    ends += [fact.until] if fact.until is not None else []
    return min(ends, default=None)


def _categories(items: Sequence[ItemScore], rules: GradingParameters) -> dict[str, int]:
    """What is added and what is taken away are capped apart: merits do not buy off breaches."""
    points: dict[str, int] = {}
    for one in rules.categories:
        found = [item.points for item in items if item.item.category == one.code]
        plus = min(sum(p for p in found if p > 0), one.most_plus)
        minus = max(sum(p for p in found if p < 0), -one.most_minus)
        points[one.code] = plus + minus
    return points


def _line(fact: Fact, items: Sequence[Item]) -> Item | None:
    return next((one for one in items if _fits(fact, one)), None)


def _fits(fact: Fact, item: Item) -> bool:
    if fact.kind not in item.kinds:
        return False
    if item.results and fact.result not in item.results:
        return False
    if item.remedied is not None and fact.remedied is not item.remedied:
        return False
    return _fits_penalty(fact, item)


def _fits_penalty(fact: Fact, item: Item) -> bool:
    """One of the sanctions, or a fine between the bounds; without both, any."""
    bounded = item.fine_from_fen is not None or item.fine_below_fen is not None
    if not item.sanctions and not bounded:
        return True
    if fact.sanctions & set(item.sanctions):
        return True
    return (
        bounded
        and Sanction.FINE in fact.sanctions
        and fact.fine_fen >= (item.fine_from_fen or 0)
        and (item.fine_below_fen is None or fact.fine_fen < item.fine_below_fen)
    )


def _counts(fact: Fact, months: int | None, today: date) -> bool:
    until = counts_until(fact, months)
    return fact.day <= today and (until is None or today <= until)


def _limits(fact: Fact, limit: Limit, today: date) -> bool:
    return fact.kind in limit.kinds and _counts(fact, limit.months, today)


def _changes(facts: Sequence[Fact], rules: GradingParameters, today: date) -> Iterable[date]:
    for fact in facts:
        item = _line(fact, rules.items)
        spans = [item.months] if item is not None else []
        spans += [one.months for one in rules.limits if fact.kind in one.kinds]
        for months in spans:
            until = counts_until(fact, months)
            days = [fact.day] if until is None else [fact.day, until + _DAY]
            yield from (day for day in days if day > today)
