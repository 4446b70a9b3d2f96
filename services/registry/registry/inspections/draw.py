"""抽查: a draw that anybody can repeat from the seed and the list it was drawn from. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from liandong.problems import IllegalTransition


class SamplingStatus(StrEnum):
    PREPARED = "prepared"
    """待抽取: the list is frozen and the nonce committed to."""
    DRAWN = "drawn"
    """已抽取"""
    CANCELLED = "cancelled"
    """已取消"""

    @property
    def label(self) -> str:
        return {"prepared": "待抽取", "drawn": "已抽取", "cancelled": "已取消"}[self.value]


class SamplingAction(StrEnum):
    DRAW = "draw"
    CANCEL = "cancel"

    @property
    def label(self) -> str:
        return "抽取" if self is SamplingAction.DRAW else "取消"


TRANSITIONS: Final[Mapping[tuple[SamplingStatus, SamplingAction], SamplingStatus]] = {
    (SamplingStatus.PREPARED, SamplingAction.DRAW): SamplingStatus.DRAWN,
    (SamplingStatus.PREPARED, SamplingAction.CANCEL): SamplingStatus.CANCELLED,
}


def advance(status: SamplingStatus, action: SamplingAction) -> SamplingStatus:
    """The status after the action; raises IllegalTransition (409) when it is not allowed."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(
            f"该抽查{status.label}，不能{action.label}",
            extra={"current_status": status.value, "action": action.value},
        ) from None


ALGORITHM: Final = "sha256-order-v1"
"""Each body is given the SHA-256 of ``seed:organization_id``; the smallest are drawn."""


def commitment_of(nonce: str) -> str:
    """Told when the list is frozen; the nonce itself not before the draw."""
    return hashlib.sha256(nonce.encode()).hexdigest()


def seed_of(population_digest: str, nonce: str, public_number: str) -> str:
    """Whoever froze the list did not know the number, whoever entered the number did not know the
    nonce: neither chose the seed."""
    return hashlib.sha256(f"{population_digest}|{nonce}|{public_number}".encode()).hexdigest()


def size(population: int, percent: int) -> int:
    """At least the share: rounded up, so that of a few at least one is checked."""
    return -(-population * percent // 100)


def draw(population: Sequence[UUID], seed: str, percent: int) -> list[UUID]:
    """The organisations drawn, in the order of their tickets; any order of ``population``."""
    distinct = set(population)
    return sorted(distinct, key=lambda one: _ticket(seed, one))[: size(len(distinct), percent)]


def digest(population: Sequence[UUID]) -> str:
    """Of the list that was drawn from, whatever its order."""
    text = "\n".join(sorted(map(str, population)))
    return hashlib.sha256(text.encode()).hexdigest()


def _ticket(seed: str, organization_id: UUID) -> bytes:
    return hashlib.sha256(f"{seed}:{organization_id}".encode()).digest()
