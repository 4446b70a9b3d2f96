"""The consumer itself: killed, doubled, stalled."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from liandong.events.consumer import Consumer, ConsumerHalted
from liandong.events.subscriptions import RetryPolicy
from liandong.faults import set_barrier
from liandong.ids import uuid7
from liandong.testing.probe import FAILS, effects, mirror_definition
from liandong.testing.services import eventually
from liandong.testing.transport_suite import Link
from liandong.transports.base import Batch, Delivery
from liandong.worker import Stalled, Worker


async def _no_wire(key: str | None, attributes: dict[str, Any], payload: bytes) -> None:
    raise AssertionError("nothing is sent in these tests")


def a_batch(probe, mirror, *things, lane="probe") -> Batch:
    link = Link(probe, mirror, _no_wire)
    return Batch(
        [
            Delivery("liandong.probe", lane, str(n), str(t), link.attributes(t), link.payload(t, n))
            for n, t in enumerate(things)
        ],
        None,
    )


def another_process(mirror) -> Consumer:
    """A consumer that remembers nothing of the one before."""
    return Consumer(mirror.runtime.consumers[0].group, mirror.runtime.work)


async def letters_of(mirror) -> list[tuple[Any, ...]]:
    async with mirror.runtime.worker_engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT status, reason, attempts FROM backbone.dead_letter")
        )
        return [tuple(row) for row in rows]


async def handled_until_killed(mirror, batch: Batch, transactions: int) -> None:
    """By a process that is killed before it commits the last of so many transactions."""
    left = transactions

    async def killed() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise SystemExit

    set_barrier("consumer.before_commit", killed)
    try:
        with pytest.raises(SystemExit):
            await another_process(mirror).handle(batch)
    finally:
        set_barrier("consumer.before_commit", None)


async def test_what_a_killed_process_was_handling_is_handled_once(probe, mirror):
    batch = a_batch(probe, mirror, *(uuid7() for _ in range(3)))
    await handled_until_killed(mirror, batch, transactions=1)
    assert await effects(mirror.runtime.worker_engine) == []
    consumer = another_process(mirror)
    await consumer.handle(batch)
    await consumer.handle(batch)
    rows = await effects(mirror.runtime.worker_engine)
    assert sorted(row.value for row in rows) == [0, 1, 2]
    assert await letters_of(mirror) == []


async def test_of_many_events_the_one_that_kills_its_process_is_set_aside(probe, mirror):
    things = [uuid7() for _ in range(4)]
    batch = a_batch(probe, mirror, *things)
    await handled_until_killed(mirror, batch, transactions=1)
    await handled_until_killed(mirror, batch, transactions=1)
    await handled_until_killed(mirror, batch, transactions=3)
    await another_process(mirror).handle(batch)
    rows = await effects(mirror.runtime.worker_engine)
    assert sorted(row.value for row in rows) == [0, 1, 3]
    assert await letters_of(mirror) == [("retrying", "killed", 1)]
    [letters] = mirror.runtime.letters

    async def retried():
        await letters.retry_due()
        return len(await effects(mirror.runtime.worker_engine)) == 4

    await eventually(retried)


async def test_an_event_that_kills_its_process_every_time_is_found_out(probe, mirror):
    batch = a_batch(probe, mirror, uuid7())
    await handled_until_killed(mirror, batch, transactions=1)
    await handled_until_killed(mirror, batch, transactions=1)
    assert await letters_of(mirror) == []
    await another_process(mirror).handle(batch)
    assert await letters_of(mirror) == [("retrying", "killed", 1)]


async def test_an_event_that_kills_beside_an_unreadable_message_is_found_out(probe, mirror):
    batch = a_batch(probe, mirror, uuid7(), uuid7())
    unreadable = Delivery("liandong.probe", "probe", "9", None, {}, b"{")
    mixed = Batch([unreadable, *batch.deliveries], None)
    await handled_until_killed(mirror, mixed, transactions=2)
    await handled_until_killed(mirror, mixed, transactions=2)
    await handled_until_killed(mirror, mixed, transactions=2)
    await another_process(mirror).handle(mixed)
    reasons = sorted(reason for _, reason, _ in await letters_of(mirror))
    assert reasons == ["killed", "malformed-envelope"]
    assert len(await effects(mirror.runtime.worker_engine)) == 1


async def test_a_worker_stopped_between_two_events_leaves_no_suspicion_behind(probe, mirror):
    """The batch has a message that nobody can read, so its events are handled one by one."""
    batch = a_batch(probe, mirror, uuid7())
    unreadable = Delivery("liandong.probe", "probe", "9", None, {}, b"{")
    mixed = Batch([unreadable, *batch.deliveries], None)
    reached = asyncio.Event()

    async def hold() -> None:
        reached.set()
        await asyncio.Event().wait()

    set_barrier("consumer.before_commit", hold)
    try:
        task = asyncio.create_task(another_process(mirror).handle(mixed))
        await reached.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        set_barrier("consumer.before_commit", None)
    async with mirror.runtime.worker_engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM backbone.consumer_run")) == 0


async def test_two_workers_with_the_same_message_make_one_effect(probe, mirror):
    batch = a_batch(probe, mirror, uuid7())
    await asyncio.gather(*(another_process(mirror).handle(batch) for _ in range(4)))
    assert len(await effects(mirror.runtime.worker_engine)) == 1


async def test_a_stopped_worker_leaves_no_suspicion_behind(probe, mirror):
    batch = a_batch(probe, mirror, uuid7())
    reached = asyncio.Event()

    async def hold() -> None:
        reached.set()
        await asyncio.Event().wait()

    set_barrier("consumer.before_commit", hold)
    try:
        task = asyncio.create_task(another_process(mirror).handle(batch))
        await reached.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        set_barrier("consumer.before_commit", None)
    await another_process(mirror).handle(batch)
    assert len(await effects(mirror.runtime.worker_engine)) == 1
    async with mirror.runtime.worker_engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM backbone.dead_letter")) == 0


async def test_a_living_worker_in_the_same_lane_is_not_taken_for_a_dead_one(probe, mirror):
    """As when a partition moves on while its old reader still handles a batch."""
    batch = a_batch(probe, mirror, *(uuid7() for _ in range(3)))
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        inside.set()
        await go_on.wait()

    set_barrier("consumer.before_commit", hold)
    try:
        first = asyncio.create_task(another_process(mirror).handle(batch))
        await inside.wait()
        second = asyncio.create_task(another_process(mirror).handle(batch))
        await eventually(lambda: _somebody_waits(mirror))
        go_on.set()
        await asyncio.gather(first, second)
    finally:
        set_barrier("consumer.before_commit", None)
    assert len(await effects(mirror.runtime.worker_engine)) == 3
    async with mirror.runtime.worker_engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM backbone.dead_letter")) == 0


async def _somebody_waits(mirror) -> bool:
    async with mirror.runtime.api_engine.connect() as connection:
        return await connection.scalar(
            text(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database"
                " WHERE datname = current_database()))"
            )
        )


@pytest.mark.parametrize("how", ["halted", "cancelled while marking"])
async def test_a_group_that_stops_of_itself_leaves_no_suspicion_behind(probe, start_service, how):
    policy = RetryPolicy(first_delay=3600, longest_delay=3600, attempts=3, halt_after=2)
    mirror = await start_service(mirror_definition(policy), peers={"probe": probe.client})
    batch = a_batch(probe, mirror, *(uuid7() for _ in range(3)))
    if how == "halted":
        link = Link(probe, mirror, _no_wire)
        failing = [uuid7(), uuid7()]
        batch = Batch(
            [
                Delivery(
                    "liandong.probe", "probe", f"f{n}", str(t), link.attributes(t),
                    link.payload(t, FAILS),
                )
                for n, t in enumerate(failing)
            ]
            + list(batch.deliveries),
            None,
        )  # fmt: skip
        with pytest.raises(ConsumerHalted):
            await another_process(mirror).handle(batch)
    else:

        async def stop() -> None:
            raise asyncio.CancelledError

        set_barrier("consumer.after_marker", stop)
        try:
            with pytest.raises(asyncio.CancelledError):
                await another_process(mirror).handle(batch)
        finally:
            set_barrier("consumer.after_marker", None)
    await another_process(mirror).handle(batch)
    async with mirror.runtime.worker_engine.connect() as connection:
        reasons = await connection.scalars(text("SELECT reason FROM backbone.dead_letter"))
        assert "killed" not in set(reasons)
    assert len(await effects(mirror.runtime.worker_engine)) == 3


async def test_a_held_key_of_one_topic_does_not_hold_what_it_waits_for_in_another(probe, mirror):
    """Else an event and the one that it waits for would wait for each other."""
    thing = uuid7()
    link = Link(probe, mirror, _no_wire)

    def delivery(topic: str, sequence: int, value: int) -> Batch:
        attributes = link.attributes(thing, sequence, source=f"/{topic}")
        payload = link.payload(thing, value)
        return Batch([Delivery(topic, topic, "0", str(thing), attributes, payload)], None)

    consumer = another_process(mirror)
    await consumer.handle(delivery("topic-a", 1, FAILS))
    await consumer.handle(delivery("topic-b", 1, 2))
    await consumer.handle(delivery("topic-a", 2, 3))
    assert [row.value for row in await effects(mirror.runtime.worker_engine)] == [2]


class SilentSource:
    """Answers nothing although there is a backlog, as a hung Kafka client does."""

    def __init__(self) -> None:
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1

    async def stop(self) -> None:
        return None

    async def batches(self):
        await asyncio.Event().wait()
        yield

    async def done(self, batch: Batch) -> None:
        return None

    async def lag(self) -> dict[str, int]:
        return {"probe/0": 17}


async def test_a_consumer_that_stands_still_gets_a_new_client_and_then_ends_the_process(mirror):
    worker = Worker(mirror.runtime, check_seconds=0.01, patience_seconds=0.05)
    source = SilentSource()
    async with asyncio.timeout(10):
        with pytest.raises(BaseExceptionGroup) as raised:
            await worker.consume(mirror.runtime.consumers[0], source)
    assert raised.group_contains(Stalled)
    assert source.starts == 2


async def test_a_consumer_whose_backlog_shrinks_is_left_alone(mirror):
    class Shrinking(SilentSource):
        backlog = 1000

        async def lag(self) -> dict[str, int]:
            self.backlog -= 1
            if self.backlog < 900:
                finished.set()
            return {"probe/0": self.backlog}

    finished = asyncio.Event()
    worker = Worker(mirror.runtime, check_seconds=0.001, patience_seconds=0.05)
    source = Shrinking()
    task = asyncio.create_task(worker.consume(mirror.runtime.consumers[0], source))
    async with asyncio.timeout(10):
        await finished.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert source.starts == 1
