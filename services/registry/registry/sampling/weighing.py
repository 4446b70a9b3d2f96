"""A draw in which some are more likely than others, and which anybody can repeat. Pure.

``sha256-tickets-v1``: a candidate of weight *w* holds the tickets 1 … *w*; the rank of a ticket is
SHA-256 of ``seed`` + ``|`` + the candidate's id + ``|`` + the number of the ticket. The candidate's
rank is that of its best ticket, and the lowest ranks are drawn. So every ticket has the same
chance, and nobody is drawn twice. What is frozen and published is each candidate with its weight.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from liandong.rules.rule_set import Parameters

ALGORITHM: Final = "sha256-tickets-v1"

Weight = int
Weights = Mapping[UUID, Weight]


class Weighing(Parameters):
    """How many tickets a candidate holds, by the sampling weight that its credit grade brings."""

    tickets: dict[str, int] = Field(max_length=20)
    otherwise: int = Field(ge=1, le=20)
    """Of a candidate of which no grade was told, or with a weight that is not named."""
    basis: str = Field(min_length=1, max_length=200)

    def model_post_init(self, _: object, /) -> None:
        if not all(1 <= number <= 20 for number in self.tickets.values()):
            raise ValueError("权重应为1至20")

    def of(self, code: str | None) -> int:
        return self.tickets.get(code or "", self.otherwise)


def draw(seed: str, weights: Weights, number: int) -> list[UUID]:
    """The drawn, in the order of the draw."""
    return sorted(weights, key=lambda one: _rank(seed, one, weights[one]))[:number]


def digest(weights: Weights) -> str:
    """SHA-256 of the candidates in ascending order, one a line: its id, a space, its weight."""
    lines = sorted(f"{one} {weight}" for one, weight in weights.items())
    return sha256("\n".join(lines).encode()).hexdigest()


def frozen(weighing: Weighing, codes: Mapping[UUID, str | None]) -> dict[str, Any]:
    """What is kept with the draw: the weight and level of whoever differs from the others."""
    return {
        "otherwise": weighing.otherwise,
        "basis": weighing.basis,
        "of": {
            str(one): {"code": code, "weight": weighing.of(code)}
            for one, code in sorted(codes.items())
            if code is not None
        },
    }


def thawed(kept: Mapping[str, Any], candidates: list[UUID]) -> dict[UUID, Weight]:
    """The weight of every candidate, from what was kept."""
    of = kept["of"]
    return {
        one: of[str(one)]["weight"] if str(one) in of else kept["otherwise"] for one in candidates
    }


def _rank(seed: str, candidate: UUID, weight: Weight) -> bytes:
    return min(sha256(f"{seed}|{candidate}|{n}".encode()).digest() for n in range(1, weight + 1))
