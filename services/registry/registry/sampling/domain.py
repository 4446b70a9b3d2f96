"""The draw: a seed orders a frozen list of candidates; the first so many are drawn. Pure.

``sha256-rank-v1``: the rank of a candidate is SHA-256 of ``seed`` + ``|`` + its id; of an
inspector for a body it is SHA-256 of ``seed`` + ``|`` + the body's id + ``|`` + the officer's.
Whoever has the seed and the list (its SHA-256 is published) can repeat it with a pocket of code,
in any language. Every candidate has the same chance, and none can be drawn twice. Where the rules
weigh candidates by their supervision level, the draw is that of :mod:`registry.sampling.weighing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from liandong.problems import IllegalTransition
from registry.sampling import weighing as weighted

ALGORITHM: Final = "sha256-rank-v1"


class Status(StrEnum):
    PLANNED = "planned"
    """待抽取"""
    DRAWN = "drawn"
    """已抽取"""
    PUBLISHED = "published"
    """抽取结果已公示"""
    CANCELLED = "cancelled"
    """已取消"""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Status.PLANNED: "待抽取",
    Status.DRAWN: "已抽取",
    Status.PUBLISHED: "抽取结果已公示",
    Status.CANCELLED: "已取消",
}


class Action(StrEnum):
    DRAW = "draw"
    REDRAW = "redraw"
    PUBLISH = "publish"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


_ACTION_LABELS: Final = {
    Action.DRAW: "抽取",
    Action.REDRAW: "重新抽取",
    Action.PUBLISH: "公示抽取结果",
    Action.CANCEL: "取消",
}

TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.PLANNED, Action.DRAW): Status.DRAWN,
    (Status.PLANNED, Action.CANCEL): Status.CANCELLED,
    (Status.DRAWN, Action.REDRAW): Status.DRAWN,
    (Status.DRAWN, Action.PUBLISH): Status.PUBLISHED,
    (Status.DRAWN, Action.CANCEL): Status.CANCELLED,
}


def advance(status: Status, action: Action) -> Status:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"抽查计划当前为“{status.label}”，不能办理“{action.label}”",
            extra={"current_status": status.value, "action": action.value},
        ) from None


def digest(candidates: Iterable[UUID]) -> str:
    """SHA-256 of the candidates' ids in ascending order, one a line: what is frozen."""
    return sha256("\n".join(sorted(map(str, candidates))).encode()).hexdigest()


def how_many(candidates: int, *, percent: int | None, number: int | None) -> int:
    """At least one of whoever there is; a share is rounded up, so that it is never missed."""
    wanted = number if number is not None else -(-candidates * (percent or 0) // 100)
    return max(min(wanted, candidates), 1 if candidates else 0)


def draw(seed: str, candidates: Iterable[UUID], number: int) -> list[UUID]:
    """The drawn, in the order of the draw."""
    return sorted({*candidates}, key=lambda one: _rank(seed, str(one)))[:number]


def drawn_from(
    seed: str, candidates: list[UUID], weighing: Mapping[str, Any] | None, number: int
) -> list[UUID]:
    """The draw as it is repeated from what was kept of it, weighed or not."""
    if weighing is None:
        return draw(seed, candidates, number)
    return weighted.draw(seed, weighted.thawed(weighing, candidates), number)


def digest_of(candidates: list[UUID], weighing: Mapping[str, Any] | None) -> str:
    if weighing is None:
        return digest(candidates)
    return weighted.digest(weighted.thawed(weighing, candidates))


@dataclass(frozen=True, slots=True)
class Inspector:
    """An officer of the pool: where the officer acts, and whom to keep away from (回避)."""

    id: UUID
    area: str
    """The prefix of the districts in which the officer acts."""
    interests: frozenset[UUID]


def inspectors_of(
    seed: str, body: UUID, district: str, pool: Sequence[Inspector], number: int
) -> list[UUID] | None:
    """So many officers for the body, none with an interest in it; None when there are too few."""
    fit = [one.id for one in pool if district.startswith(one.area) and body not in one.interests]
    if len({*fit}) < number:
        return None
    return sorted({*fit}, key=lambda one: _rank(seed, str(body), str(one)))[:number]


def _rank(*parts: str) -> bytes:
    return sha256("|".join(parts).encode()).digest()
