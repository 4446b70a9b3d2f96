"""Orders of steps, and actors that wait for each other's locks."""

from math import comb
from typing import Any

import asyncpg

from liandong.db.engine import asyncpg_arguments
from liandong.testing.interleaving import Actor, merges, pause, stage
from liandong.testing.postgres import DatabaseTemplates


def test_every_order_keeps_each_actors_own_and_comes_once() -> None:
    found = list(merges("abc", "xy"))
    assert len(found) == len(set(found)) == comb(5, 2)
    for order in found:
        assert [step for step in order if step in "abc"] == list("abc")
        assert [step for step in order if step in "xy"] == list("xy")
    assert list(merges("", "xy")) == [("x", "y")]


async def test_who_comes_second_to_a_lock_goes_on_when_it_is_free(
    database_templates: DatabaseTemplates,
) -> None:
    url = await database_templates.clone()
    story: list[str] = []

    def locking(name: str) -> Any:
        async def work() -> None:
            connection = await asyncpg.connect(**asyncpg_arguments(url))
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(1)")
                story.append(f"{name} has it")
                await pause(name)
                story.append(f"{name} goes")
            await connection.close()

        return Actor(work, frozenset({name}))

    async with stage(url) as found:
        for order in merges(("a", "A"), ("b", "B")):
            story.clear()
            one, other = locking("one"), locking("other")
            await found.play(order, {"a": one, "A": one, "b": other, "B": other})
            first, second = ("one", "other") if order[0] == "a" else ("other", "one")
            expected = [f"{who} {what}" for who in (first, second) for what in ("has it", "goes")]
            assert story == expected, order
    await database_templates.drop(url)
