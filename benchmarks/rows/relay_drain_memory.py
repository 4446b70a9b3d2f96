"""Whether the relay's memory stays flat while it drains a long backlog."""

import asyncio

import psutil

from benchmarks.events import Outbox
from benchmarks.processes import running
from benchmarks.report import Row, within
from benchmarks.rows.relay_to_kafka import arrived
from benchmarks.servers import Stage

NAME = "relay-drain-memory"
GOAL = 20.0
"""MB between the highest and the lowest reading after the first twentieth of the drain."""

_PREFIX = "memory."
_SECONDS = 0.1
_MB = 1_000_000


async def run(stage: Stage) -> list[Row]:
    count = stage.count(1_000_000, least=2_000)
    bootstrap = await stage.topics(_PREFIX)
    url = await stage.database("credit-list")
    outbox = Outbox(url, f"{_PREFIX}liandong.credit-list")
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": _PREFIX,
    }
    await outbox.fill(count)
    worker = stage.service("credit-list", "worker", url, **settings)
    with running(worker):
        await arrived(bootstrap, outbox.topic, count // 20)
        readings = await _until_drained(worker.pid, bootstrap, outbox.topic, count)
    highest, lowest = max(readings) / _MB, min(readings) / _MB
    detail = (
        f"{count:,} events, {len(readings)} readings, {lowest:.1f} to {highest:.1f} MB,"
        f" {readings[-1] / _MB:.1f} MB at the end"
    )
    return [within(NAME, highest - lowest, "MB RSS", GOAL, detail)]


async def _until_drained(pid: int, bootstrap: str, topic: str, count: int) -> list[int]:
    process = psutil.Process(pid)
    draining = asyncio.create_task(arrived(bootstrap, topic, count, patience=600))
    readings = [process.memory_info().rss]
    try:
        while not draining.done():
            await asyncio.wait([draining], timeout=_SECONDS)
            readings.append(process.memory_info().rss)
    finally:
        draining.cancel()
    await draining
    return readings
