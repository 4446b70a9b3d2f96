"""An assessment in words and in the form in which it is kept. Pure."""

from collections.abc import Sequence
from typing import Any

from credit_list.grading.domain import Fact, kind_text
from credit_list.grading.rules import GradingParameters
from credit_list.grading.scoring import Assessment, ItemScore, Limited, counts_until

Kept = list[dict[str, Any]]


def items(made: Assessment) -> Kept:
    return [
        {
            "code": one.item.code,
            "category": one.item.category,
            "text": one.item.text,
            "legal_basis": one.item.legal_basis,
            "points": one.points,
            "each": one.item.points,
            "cap": one.item.cap,
            "explanation": _line(one),
            "facts": _facts(one.facts, one.item.months),
        }
        for one in made.items
    ]


def limits(made: Assessment) -> Kept:
    return [
        {
            "code": one.limit.code,
            "text": one.limit.text,
            "legal_basis": one.limit.legal_basis,
            "at_most": one.limit.at_most.value,
            "facts": _facts(one.facts, one.limit.months),
        }
        for one in made.limits
    ]


def explanation(made: Assessment, rules: GradingParameters) -> str:
    """The whole way from the starting score to the grade."""
    parts = [f"起评{rules.starting_score}分"]
    parts += [
        f"{one.text}{made.categories[one.code]:+d}分"
        for one in rules.categories
        if made.categories[one.code]
    ]
    words = "，".join(parts) + f"，得分{made.score}分，按分数为{made.by_score}级"
    if made.grade is not made.by_score:
        words += f"；{_held_back(made.limits)}，定为{made.grade}级"
    return f"{words}；{made.supervision.level.label}。"


def _line(one: ItemScore) -> str:
    words = f"{one.item.text}：{len(one.facts)}项，每项{one.item.points:+d}分"
    if one.points != one.uncapped:
        return f"{words}，合计{one.uncapped:+d}分，本项上限{one.item.cap}分，计{one.points:+d}分"
    return f"{words}，计{one.points:+d}分"


def _held_back(found: Sequence[Limited]) -> str:
    return "；".join(one.limit.text for one in found)


def _facts(facts: Sequence[Fact], months: int | None) -> Kept:
    return [
        {
            "id": one.key,
            "kind": one.kind,
            "kind_text": kind_text(one.kind),
            "day": one.day.isoformat(),
            "result": one.result,
            "counts_until": until.isoformat() if (until := counts_until(one, months)) else None,
        }
        for one in facts
    ]
