"""Draining a full outbox to a real Kafka broker by the worker process."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.events import Outbox
from benchmarks.processes import running
from benchmarks.report import Row, at_least, median, spread
from benchmarks.servers import Stage
from liandong.transports.topics import PARTITIONS

NAME = "relay-to-kafka"
GOAL = 0.50
GOAL_RATE = 10_000
LINGERS = (0, 5, 20)
"""Milliseconds for which the floor's producer may wait for company; its best is taken."""


async def run(stage: Stage) -> list[Row]:
    count = stage.count(100_000, least=500)
    ours: list[float] = []
    floors: dict[int, list[float]] = {linger: [] for linger in LINGERS}
    for turn in range(stage.rounds):
        prefix = f"relay-{turn}."
        bootstrap = await stage.topics(prefix)
        ours.append(await drained(stage, bootstrap, prefix, count))
        source = f"{prefix}liandong.credit-list"
        target = f"{prefix}liandong.registry"  # as empty, and with as many partitions
        for linger in LINGERS:
            told = (bootstrap, source, target, str(count), str(linger))
            seconds = await stage.tool("benchmarks.floors.produce", *told)
            floors[linger].append(count / seconds)
    linger = max(LINGERS, key=lambda one: median(floors[one]))
    best = floors[linger]
    detail = f"{count:,} events; {spread(ours, best)} (linger {linger} ms)"
    row = at_least(NAME, median(ours), "events/s", median(best), GOAL, detail)
    absolute = Row(
        f"{NAME}/absolute", row.value, "events/s", goal=GOAL_RATE, met=row.value >= GOAL_RATE
    )
    return [row, absolute]


async def drained(
    stage: Stage, bootstrap: str, prefix: str, count: int, *, states: bool = False
) -> float:
    """Events per second from their commit until all are in the broker and out of the outbox."""
    url = await stage.database("credit-list")
    outbox = Outbox(url, f"{prefix}liandong.credit-list")
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": prefix,
    }
    worker = stage.service("credit-list", "worker", url, **settings)
    with running(worker):
        await outbox.fill(1, keys=1)  # so that its producer is connected
        await arrived(bootstrap, outbox.topic, 1)
        await outbox.fill(count, states=states)
        began = time.perf_counter()
        await arrived(bootstrap, outbox.topic, count + 1)
        while not await outbox.is_empty():  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.01)
        return count / (time.perf_counter() - began)


async def arrived(bootstrap: str, topic: str, count: int, *, patience: float = 120) -> None:
    """Returns when the topic holds ``count`` messages; raises when it takes too long."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    await consumer.start()
    try:
        async with asyncio.timeout(patience):
            while sum((await consumer.end_offsets(partitions)).values()) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        await consumer.stop()
