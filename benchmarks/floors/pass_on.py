"""``python -m benchmarks.floors.pass_on BROKER TOPIC COUNT RATE MEASURED DATABASE``.

Produce, fetch and one commit by hand: sends COUNT messages at RATE a second; what arrives is
inserted into ``floor.learned_listing``, one transaction a fetch. Prints the milliseconds from just
before ``send`` until the commit, of every MEASURED-th message.
"""

import asyncio
import json
import sys
import time
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.processes import connect

_INSERT = """
    INSERT INTO floor.learned_listing
        (listing_id, organization_id, measures, list, listed_on, learned_from, learned_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_DAY = date(2026, 3, 2)
_PADDING = "x" * 400


async def consume(bootstrap: str, topic: str, count: int, url: str) -> list[float]:
    """The latencies of the measured messages, once ``count`` messages are committed."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=f"floor-{topic}", enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    connection = await connect(url)
    await consumer.start()
    latencies: list[float] = []
    done = 0
    try:
        while done < count:
            found = await consumer.getmany(timeout_ms=250, max_records=500)
            messages = [json.loads(one.value) for batch in found.values() for one in batch]
            if not messages:
                continue
            rows = [_row(message) for message in messages]
            async with connection.transaction():
                await connection.executemany(_INSERT, rows)
            now = time.monotonic()
            latencies += [(now - one["at"]) * 1000 for one in messages if one["measured"]]
            await consumer.commit()
            done += len(messages)
    finally:
        await consumer.stop()
        await connection.close()
    return latencies


def _row(message: dict[str, str]) -> tuple[object, ...]:
    listing, organization = UUID(message["listing_id"]), UUID(message["organization_id"])
    return listing, organization, '["bar-bids"]', "serious", _DAY, uuid4(), datetime.now(UTC)


async def produce(bootstrap: str, topic: str, count: int, rate: float, measured: int) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, compression_type="lz4"
    )
    await producer.start()
    try:
        await producer.partitions_for(topic)
        began = time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            organization = str(uuid4())
            message = {
                "listing_id": str(uuid4()),
                "organization_id": organization,
                "padding": _PADDING,
                "measured": number % measured == 0,
                "at": time.monotonic(),
            }
            await producer.send(topic, json.dumps(message).encode(), key=organization.encode())
        await producer.flush()
    finally:
        await producer.stop()


async def main() -> list[float]:
    bootstrap, topic, count, rate, measured, url = sys.argv[1:]
    async with asyncio.timeout(120):
        consuming = asyncio.create_task(consume(bootstrap, topic, int(count), url))
        await asyncio.sleep(2)  # until the group has its partitions
        await produce(bootstrap, topic, int(count), float(rate), int(measured))
        return await consuming


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(main())))
