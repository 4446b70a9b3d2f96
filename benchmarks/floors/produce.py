"""``python -m benchmarks.floors.produce BROKER SOURCE TARGET COUNT LINGER``: aiokafka by hand.

Reads COUNT messages of SOURCE into memory, then sends the same bytes, keys and headers to TARGET
as quickly as it can, every acknowledgement awaited. Prints the seconds that the sending took.
"""

import asyncio
import json
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

_BATCH_BYTES = 262_144


async def read(bootstrap: str, topic: str, count: int) -> list[ConsumerRecord[bytes, bytes]]:
    """The messages in the order in which they were produced."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    found: list[ConsumerRecord[bytes, bytes]] = []
    await consumer.start()
    try:
        while len(found) < count:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                found += records
    finally:
        await consumer.stop()
    return sorted(found, key=lambda one: one.timestamp)[:count]


async def send(
    bootstrap: str, topic: str, messages: list[ConsumerRecord[bytes, bytes]], linger_ms: int
) -> float:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, compression_type="lz4",
        max_batch_size=_BATCH_BYTES, linger_ms=linger_ms,
    )  # fmt: skip
    ready = [(one.key, one.value, list(one.headers)) for one in messages]
    await producer.start()
    try:
        await producer.partitions_for(topic)
        began = time.perf_counter()
        sent = [
            await producer.send(topic, value, key=key, headers=headers)
            for key, value, headers in ready
        ]
        await asyncio.gather(*sent)
        return time.perf_counter() - began
    finally:
        await producer.stop()


async def main() -> float:
    bootstrap, source, target, count, linger = sys.argv[1:]
    messages = await read(bootstrap, source, int(count))
    return await send(bootstrap, target, messages, int(linger))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(main())))
