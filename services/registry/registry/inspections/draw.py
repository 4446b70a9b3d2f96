"""抽查: a draw that anybody can repeat from the seed and the list it was drawn from. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

ALGORITHM: Final = "sha256-order-v1"
"""Each body is given the SHA-256 of ``seed:organization_id``; the smallest are drawn."""


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
