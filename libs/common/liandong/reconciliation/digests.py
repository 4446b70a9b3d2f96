"""Which ids one side has and the other lacks, of millions, without carrying them all.

Ids are UUIDv7 and so begin with their time. Each side tells, for spans of time, how many ids it
has and their digest; only spans that differ are looked at more closely, down to the ids.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import asyncpg

SPANS = (22, 16, 10)
"""Spans are 2^22 ms (70 minutes), then 2^16 (a minute), then 2^10 (a second)."""
AT_ONCE = 20_000
"""So many ids are compared one by one; of more, shorter spans first."""

_MADE = "('x0000' || left(id::text, 8) || substr(id::text, 10, 4))::bit(64)::bigint"
_CHANCE = "('x' || substr(id::text, 20, 4) || right(id::text, 12))::bit(64)::bigint"

Digest = tuple[int, int]
"""How many, and the exclusive or of the bits that chance has given."""


class Side(Protocol):
    async def digests(self, low: int, high: int, span: int) -> Mapping[int, Digest]:
        """By span (its first millisecond >> ``span``), of ids made in [low, high) ms."""
        ...

    async def ids(self, low: int, high: int) -> set[UUID]: ...


@dataclass(frozen=True)
class Ids:
    """The ids that a query gives in a column ``id``; ``query`` has a place {between} for a
    condition, and its own arguments from $3 on."""

    sql: asyncpg.Connection
    query: str
    arguments: Sequence[Any] = ()

    async def digests(self, low: int, high: int, span: int) -> Mapping[int, Digest]:
        found = await self.sql.fetch(
            f"SELECT {_MADE} >> {span} AS place, count(*) AS many, bit_xor({_CHANCE}) AS digest"  # noqa: S608
            f" FROM ({self._between()}) AS one GROUP BY 1",
            *self._bounds(low, high),
        )
        return {row["place"]: (row["many"], row["digest"]) for row in found}

    async def ids(self, low: int, high: int) -> set[UUID]:
        rows = await self.sql.fetch(self._between(), *self._bounds(low, high))
        return {row["id"] for row in rows}

    def _between(self) -> str:
        return self.query.format(between="id >= $1 AND id < $2")

    def _bounds(self, low: int, high: int) -> list[Any]:
        return [first_id(low), first_id(high), *self.arguments]


@dataclass(frozen=True)
class Together:
    """Several sides as one; what one of them has, none of the others has."""

    parts: Sequence[Side]

    async def digests(self, low: int, high: int, span: int) -> Mapping[int, Digest]:
        found: dict[int, Digest] = {}
        for part in self.parts:
            for place, (many, digest) in (await part.digests(low, high, span)).items():
                before = found.get(place, (0, 0))
                found[place] = (before[0] + many, before[1] ^ digest)
        return found

    async def ids(self, low: int, high: int) -> set[UUID]:
        return set[UUID]().union(*[await part.ids(low, high) for part in self.parts])


@dataclass(slots=True)
class Difference:
    """Ids of a span that only one side has."""

    ours: set[UUID] = field(default_factory=set[UUID])
    theirs: set[UUID] = field(default_factory=set[UUID])


async def differences(
    ours: Side, theirs: Side, low: int, high: int, spans: Sequence[int] = SPANS
) -> AsyncIterator[Difference]:
    """What differs among ids made in [low, high) ms, span by span."""
    span, finer = spans[0], spans[1:]
    mine, other = await ours.digests(low, high, span), await theirs.digests(low, high, span)
    for place in sorted(mine.keys() | other.keys()):
        here, there = mine.get(place, (0, 0)), other.get(place, (0, 0))
        if here == there:
            continue
        begin, end = max(place << span, low), min((place + 1) << span, high)
        if finer and max(here[0], there[0]) > AT_ONCE:
            async for one in differences(ours, theirs, begin, end, finer):
                yield one
            continue
        left, right = await ours.ids(begin, end), await theirs.ids(begin, end)
        if left != right:
            yield Difference(left - right, right - left)


def first_id(milliseconds: int) -> UUID:
    """The lowest id that can be made at the instant."""
    return UUID(int=milliseconds << 80)
