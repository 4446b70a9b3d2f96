"""A library's own cancellation is told from an order to end."""

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from liandong.cancellation import Interrupted, noticed
from liandong.transports.kafka import KafkaSource
from liandong.worker import Worker


async def _cancelled_within() -> None:
    raise asyncio.CancelledError


async def test_what_is_cancelled_within_is_a_failure() -> None:
    with pytest.raises(Interrupted, match="the part"):
        await noticed(_cancelled_within(), "the part")


async def test_an_order_to_end_is_obeyed() -> None:
    begun = asyncio.Event()

    async def goes_on() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(noticed(goes_on(), "the part"))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_limit_of_time_stays_a_limit_of_time() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await noticed(asyncio.Event().wait(), "the part")


async def test_a_worker_does_not_lose_a_part_unnoticed(
    probe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that ends by a cancellation which nobody has ordered ends the whole worker."""
    monkeypatch.setattr(probe.runtime.relay, "run", _cancelled_within)
    with pytest.raises(ExceptionGroup) as ended:
        await Worker(probe.runtime).run()
    assert ended.group_contains(Interrupted, match="relay")


async def test_a_source_whose_client_trips_over_its_own_end_starts_again(
    kafka_bootstrap: str, kafka_topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As aiokafka's does when the broker has been away for longer than its session."""
    closed: list[AIOKafkaConsumer] = []
    whole = AIOKafkaConsumer.stop

    async def trips(consumer: AIOKafkaConsumer) -> None:
        await whole(consumer)
        closed.append(consumer)
        raise asyncio.CancelledError

    monkeypatch.setattr(AIOKafkaConsumer, "stop", trips)
    topic = f"{kafka_topic_prefix}trips"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    source = KafkaSource(kafka_bootstrap, f"{kafka_topic_prefix}trips", [topic])
    for _ in range(2):
        await source.start()
        await source.stop()
    assert len(closed) == 2
