"""The relay: nothing is lost, nothing is reordered, whoever writes and however many publish."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from liandong.events.relay import Relay
from liandong.faults import set_barrier
from liandong.testing.probe import PROBE, change, make
from liandong.testing.services import ServiceUnderTest, an_actor, eventually
from liandong.transports.base import FeedOnly, Outgoing, PublishReport

ACTOR = an_actor()


async def _make(service: ServiceUnderTest, value: int = 1):
    async with service.runtime.commands.begin(ACTOR) as uow:
        return await make(uow, value)


async def _change(service: ServiceUnderTest, thing_id, value: int) -> None:
    async def work(uow):
        await change(uow, thing_id, value)

    await service.runtime.commands.run(ACTOR, work)


async def _feed(service: ServiceUnderTest) -> Sequence:
    async with service.runtime.api_engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT position, id, key, headers->>'subject' AS subject,"
                " CAST(headers->>'sequence' AS bigint) AS sequence"
                " FROM backbone.event_feed ORDER BY position"
            )
        )
        return rows.all()


async def test_an_event_that_commits_late_is_published_once_after_its_commit(probe):
    """The trap of a cursor: the later number commits first."""
    runtime = probe.runtime
    async with runtime.commands.begin(ACTOR) as slow:
        late = await make(slow, 1)
        await slow.flush()
        early = await _make(probe, 2)
        assert await runtime.relay.drain() == 1
        assert [row.subject for row in await _feed(probe)] == [str(early.id)]
    assert await runtime.relay.drain() == 1
    assert [row.subject for row in await _feed(probe)] == [str(early.id), str(late.id)]


async def test_changes_of_one_aggregate_are_published_in_the_order_of_its_versions(probe):
    """The trap of inserting before the lock: the event's place is taken under the row lock."""
    thing = await _make(probe)
    await asyncio.gather(*(_change(probe, thing.id, value) for value in range(24)))
    await probe.runtime.relay.drain()
    assert [row.sequence for row in await _feed(probe)] == list(range(1, 26))


async def test_three_relays_keep_the_order_of_every_key(probe, start_service):
    """The trap of SKIP LOCKED: each shard has one owner at a time."""
    others = [await start_service(PROBE, same_database_as=probe) for _ in range(2)]
    relays = [service.runtime.relay for service in (probe, *others)]
    for relay in relays:
        relay.batch_size = 7
    things = [await _make(probe) for _ in range(12)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    await asyncio.gather(
        *(_change(probe, thing.id, value) for value in range(15) for thing in things)
    )
    owned = [shard for relay in relays for shard in relay.owned_shards]
    assert len(owned) == len(set(owned))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await probe.runtime.relay.drain()
    found: dict[str, list[int]] = defaultdict(list)
    for row in await _feed(probe):
        found[row.subject].append(row.sequence)
    assert found == {str(thing.id): list(range(1, 17)) for thing in things}


async def test_a_relay_that_stops_leaves_its_shards_to_another(probe, start_service):
    second = await start_service(PROBE, same_database_as=probe)
    await _make(probe)
    assert await probe.runtime.relay.drain() == 1
    await _make(probe)
    assert await second.runtime.relay.step() == 0
    await probe.runtime.relay.close()
    second.runtime.relay._next_lock_attempt = 0.0
    assert await second.runtime.relay.drain() == 1


async def test_a_relay_that_dies_after_producing_sends_the_same_ids_again(probe):
    class Recorder(FeedOnly):
        def __init__(self) -> None:
            self.sent: list[str] = []

        async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
            self.sent += [str(message.id) for message in messages]
            return await super().publish(messages)

    async def die() -> None:
        raise ConnectionError("the process ended here")

    publisher = Recorder()
    relay = probe.runtime.relay
    relay.publisher = publisher
    await _make(probe)
    set_barrier("relay.after_produce", die)
    try:
        with pytest.raises(ConnectionError):
            await relay.step()
    finally:
        set_barrier("relay.after_produce", None)
    assert await _feed(probe) == []
    await relay.drain()
    assert len(publisher.sent) == 2
    assert len(set(publisher.sent)) == 1
    assert len(await _feed(probe)) == 1


async def test_a_key_with_an_event_that_the_broker_refuses_waits_and_others_go_on(probe):
    class RefusesLarge(FeedOnly):
        async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
            refused = {m.seq: "too large" for m in messages if len(m.payload) > 5000}
            keys = {m.key for m in messages if m.seq in refused}
            accepted = frozenset(m.seq for m in messages if m.key not in keys)
            return PublishReport(accepted, refused)

    probe.runtime.relay.publisher = RefusesLarge()
    async with probe.runtime.commands.begin(ACTOR) as uow:
        large = await make(uow, 1, padding="大" * 5000)
    await _change(probe, large.id, 2)
    other = await _make(probe)
    await probe.runtime.relay.step()
    await _make(probe)
    await probe.runtime.relay.drain()
    subjects = [row.subject for row in await _feed(probe)]
    assert len(subjects) == 2
    assert str(other.id) in subjects
    assert str(large.id) not in subjects
    async with probe.runtime.api_engine.connect() as connection:
        [blocked] = (await connection.execute(text("SELECT * FROM backbone.outbox_blocked"))).all()
        waiting = await connection.scalar(text("SELECT count(*) FROM backbone.outbox"))
    assert (blocked.aggregateid, blocked.reason) == (str(large.id), "too large")
    assert waiting == 2


async def test_a_relay_without_its_connection_publishes_nothing_until_it_owns_again(probe):
    relay: Relay = probe.runtime.relay
    await _make(probe)
    await relay.drain()
    pid = relay._connection.get_server_pid()
    async with probe.runtime.api_engine.begin() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await _make(probe)
    task = asyncio.create_task(relay.run())
    try:

        async def published():
            return len(await _feed(probe)) == 2

        await eventually(published)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
