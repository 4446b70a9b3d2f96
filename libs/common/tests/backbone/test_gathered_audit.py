"""Questions on record: written together, and nobody is answered before."""

import asyncio
from typing import Any

import asyncpg
import pytest

from liandong.audit.log import seal, verify
from liandong.testing.services import an_actor

ROWS = "SELECT actor, action, subject_id, details FROM backbone.audit_entry ORDER BY id"


async def entries(probe: Any) -> list[tuple[str, ...]]:
    async with probe.runtime.read_engine.connect() as connection:
        return [tuple(row) for row in await connection.exec_driver_sql(ROWS)]


async def test_who_has_awaited_it_is_on_record(probe: Any) -> None:
    audit = probe.runtime.questions
    await audit.record(an_actor("buyer-1"), "check.single", "check", "x", purpose="award")
    assert await entries(probe) == [("buyer-1", "check.single", "x", '{"purpose":"award"}')]


async def test_many_at_a_time_are_all_there_and_can_be_sealed(probe: Any) -> None:
    audit = probe.runtime.questions
    asked = [audit.record(an_actor(f"buyer-{n}"), "check", "check", "x") for n in range(50)]
    await asyncio.gather(*asked)
    assert {row[0] for row in await entries(probe)} == {f"buyer-{n}" for n in range(50)}
    assert await seal(probe.runtime.worker_engine, "probe") == 50
    assert (await verify(probe.runtime.worker_engine)).ok


async def test_what_cannot_be_written_fails_for_everybody_who_waits(probe: Any) -> None:
    audit = probe.runtime.questions
    asked = [audit.record(an_actor(f"buyer\x00{n}"), "check", "check", "x") for n in range(2)]
    for one in asked:
        with pytest.raises(asyncpg.PostgresError):
            await one
    await audit.record(an_actor("buyer-1"), "check", "check", "x")
    assert len(await entries(probe)) == 1


async def test_who_goes_away_leaves_the_others_alone(probe: Any) -> None:
    audit = probe.runtime.questions
    gone, stays = (audit.record(an_actor(name), "check", "check", "x") for name in ("a", "b"))
    gone.cancel()
    await stays
    assert ("b", "check", "x", "{}") in await entries(probe)
