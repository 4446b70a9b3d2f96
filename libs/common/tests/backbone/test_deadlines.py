"""Deadlines fire once, in time, and survive a failing handler."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from liandong.testing.probe import PROBE, make
from liandong.testing.services import START, an_actor
from liandong.timers.deadlines import MAX_ATTEMPTS, cancel_deadline, set_deadline

ACTOR = an_actor()


async def _due(service, value=9, hours=1):
    async with service.runtime.commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
        await set_deadline(uow, "thing.due", thing.id, START + timedelta(hours=hours), value=value)
    return thing


async def _changes(service) -> int:
    return sum(event["type"].endswith("changed") for event in await service.published())


async def test_a_deadline_fires_when_its_time_has_come_and_not_before(probe):
    await _due(probe)
    assert await probe.runtime.deadlines.fire_due() == 0
    probe.clock.advance(timedelta(hours=1))
    assert await probe.runtime.deadlines.fire_due() == 1
    assert await _changes(probe) == 1


async def test_two_schedulers_fire_each_deadline_once(probe, start_service):
    second = await start_service(PROBE, same_database_as=probe, clock=probe.clock)
    for _ in range(10):
        await _due(probe)
    probe.clock.advance(timedelta(hours=2))
    fired = await asyncio.gather(
        *(service.runtime.deadlines.fire_due() for service in (probe, second, probe, second))
    )
    assert sum(fired) == 10
    assert await _changes(probe) == 10


async def test_setting_it_again_moves_it(probe):
    thing = await _due(probe)
    async with probe.runtime.commands.begin(ACTOR) as uow:
        await set_deadline(uow, "thing.due", thing.id, START + timedelta(days=1), value=3)
    probe.clock.advance(timedelta(hours=2))
    assert await probe.runtime.deadlines.fire_due() == 0
    probe.clock.advance(timedelta(days=1))
    assert await probe.runtime.deadlines.fire_due() == 1


async def test_a_handler_may_set_the_next_deadline_of_its_kind(probe):
    again = START + timedelta(days=1)
    async with probe.runtime.commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
        at = START + timedelta(hours=1)
        await set_deadline(uow, "thing.due", thing.id, at, value=9, again_at=again)
    probe.clock.advance(timedelta(hours=1))
    assert await probe.runtime.deadlines.fire_due() == 1
    probe.clock.set(again - timedelta(seconds=1))
    assert await probe.runtime.deadlines.fire_due() == 0
    probe.clock.set(again)
    assert await probe.runtime.deadlines.fire_due() == 1
    assert await probe.runtime.deadlines.fire_due() == 0
    assert await _changes(probe) == 2


async def test_a_cancelled_deadline_never_fires(probe):
    thing = await _due(probe)
    async with probe.runtime.commands.begin(ACTOR) as uow:
        await cancel_deadline(uow, "thing.due", thing.id)
    probe.clock.advance(timedelta(days=1))
    assert await probe.runtime.deadlines.fire_due() == 0


async def test_a_deadline_whose_handler_fails_is_tried_again_and_at_last_left_to_a_person(probe):
    await _due(probe, value="not a number")
    healthy = await _due(probe)
    assert healthy.value == 1
    probe.clock.advance(timedelta(hours=1))
    assert await probe.runtime.deadlines.fire_due() == 1
    for _ in range(MAX_ATTEMPTS):
        probe.clock.advance(timedelta(hours=2))
        await probe.runtime.deadlines.fire_due()
    async with probe.runtime.api_engine.connect() as connection:
        states = await connection.scalars(
            text("SELECT state FROM backbone.deadline ORDER BY state")
        )
        assert list(states) == ["failed", "fired"]
