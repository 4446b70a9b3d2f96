"""Millions of ids are compared by digests of spans of time, down to the ids that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from liandong.db.engine import asyncpg_arguments
from liandong.ids import uuid7
from liandong.reconciliation.digests import AT_ONCE, Digest, Ids, Together, differences
from liandong.testing.plugin import CloneDatabase

BEGIN = 1 << 40
CHANCE = (1 << 64) - 1


@dataclass
class Held:
    """A side in memory; ``most`` is how many ids were ever asked for at once."""

    held: set[UUID]
    most: int = field(default=0)

    async def digests(self, low: int, high: int, span: int) -> Mapping[int, Digest]:
        found: dict[int, Digest] = {}
        for one in self.held:
            if low <= one.int >> 80 < high:
                many, digest = found.get((one.int >> 80) >> span, (0, 0))
                found[(one.int >> 80) >> span] = (many + 1, digest ^ (one.int & CHANCE))
        return found

    async def ids(self, low: int, high: int) -> set[UUID]:
        wanted = {one for one in self.held if low <= one.int >> 80 < high}
        self.most = max(self.most, len(wanted))
        return wanted


def an_id(milliseconds: int, chance: int) -> UUID:
    return UUID(int=(BEGIN + milliseconds) << 80 | chance)


async def test_one_id_of_many_is_found_without_carrying_the_others() -> None:
    all_of_them = {an_id(number * 50, number + 1) for number in range(AT_ONCE * 2)}
    missing, extra = an_id(77 * 50, 78), an_id(500_000, 1 << 63)
    ours, theirs = Held(all_of_them), Held(all_of_them - {missing} | {extra})
    found = [one async for one in differences(ours, theirs, BEGIN, BEGIN * 2)]
    assert set().union(*(one.ours for one in found)) == {missing}
    assert set().union(*(one.theirs for one in found)) == {extra}
    assert ours.most < AT_ONCE / 10


async def test_the_database_digests_as_python_does(clone_database: CloneDatabase) -> None:
    ids = [uuid7() for _ in range(50)]
    sql = await asyncpg.connect(**asyncpg_arguments(await clone_database()))
    try:
        await sql.execute("CREATE TABLE one (id uuid); CREATE TABLE other (id uuid)")
        await sql.executemany("INSERT INTO one VALUES ($1)", [(one,) for one in ids[:20]])
        await sql.executemany("INSERT INTO other VALUES ($1)", [(one,) for one in ids[20:]])
        halves = [
            Ids(sql, f"SELECT id FROM {table} WHERE {{between}}") for table in ("one", "other")
        ]
        in_python = Held({UUID(int=one.int) for one in ids})
        low, high = BEGIN, 1 << 47
        for span in (22, 10):
            assert await Together(halves).digests(low, high, span) == {
                place: (many, digest - (1 << 64) if digest >> 63 else digest)
                for place, (many, digest) in (await in_python.digests(low, high, span)).items()
            }
    finally:
        await sql.close()
