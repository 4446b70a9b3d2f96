"""The relay beside Debezium's connector: same broker, same database server, same rows, same run.

Throughput: from the commit of a full outbox until the topic holds all of it, the second
time that a side does it. Latency: from the
commit of single events, at a steady rate, until a reader of the topic has them.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from aiokafka import AIOKafkaConsumer

from benchmarks.events import Outbox, listed
from benchmarks.processes import connect, running
from benchmarks.report import Row, at_least, at_most, median, spread
from benchmarks.rows.relay_to_kafka import arrived
from benchmarks.servers import Stage
from liandong.cdc import slot
from liandong.cdc.connector import heartbeat_topic
from liandong.embedded.interruptions import held
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.ids import uuid7
from liandong.settings import Settings
from liandong.testing.connect import ConnectWorker, access, logical_postgres, register
from liandong.transports.topics import ensure_topics

NAME = "relay-beside-cdc"
SERVICE = "credit-list"
RATE = 200.0
"""Events per second while the latency is measured."""


@dataclass(frozen=True)
class Side:
    """One way to publish, at work."""

    bootstrap: str
    outbox: Outbox

    async def drained(self, count: int, before: int) -> float:
        """Events per second."""
        await self.outbox.fill(count)
        began = time.perf_counter()
        await arrived(self.bootstrap, self.outbox.topic, before + count)
        return count / (time.perf_counter() - began)

    async def latencies(self, seconds: float) -> list[float]:
        """Milliseconds from the end of each commit until a reader has the event."""
        reader = AIOKafkaConsumer(
            self.outbox.topic, bootstrap_servers=self.bootstrap, auto_offset_reset="latest"
        )
        await reader.start()
        sql = await connect(self.outbox.url)
        committed: dict[bytes, float] = {}
        seen: dict[bytes, float] = {}
        try:
            await reader.seek_to_end()
            reading = asyncio.create_task(_note(reader, seen))
            began = time.perf_counter()
            for number in range(round(seconds * RATE)):
                await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
                event = listed(uuid7())
                await self.outbox.add(sql, event)
                committed[str(event.organization_id).encode()] = time.perf_counter()
            async with asyncio.timeout(60):
                while len(seen) < len(committed):  # noqa: ASYNC110 - of a broker
                    await asyncio.sleep(0.01)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        finally:
            await sql.close()
            await reader.stop()
        return [max(0.0, seen[key] - at) * 1000 for key, at in committed.items()]


async def _note(reader: Any, seen: dict[bytes, float]) -> None:
    async for record in reader:
        seen[record.key] = time.perf_counter()


async def run(stage: Stage) -> list[Row]:
    count, seconds = stage.count(50_000, least=500), stage.seconds(15.0, least=2.0)
    rates: dict[str, list[float]] = {"relay": [], "cdc": []}
    waits: dict[str, list[float]] = {"relay": [], "cdc": []}
    with logical_postgres(stage.folder / "logical", durable=True) as server:
        for turn in range(stage.rounds):
            for name, made in (("relay", _relay), ("cdc", _cdc)):
                async with made(stage, server, f"{name}-{turn}.") as side:
                    await side.drained(count, 0)  # connected, and what is compiled is compiled
                    rates[name].append(await side.drained(count, count))
                    waits[name] += await side.latencies(seconds)
    detail = f"{count:,} events; {spread(rates['cdc'], rates['relay'])}"
    rows = [
        at_least(
            f"{NAME}/events", median(rates["cdc"]), "events/s", median(rates["relay"]), None, detail
        )
    ]
    for share in (50, 99):
        ours, theirs = (quantiles(waits[name], n=100)[share - 1] for name in ("cdc", "relay"))
        told = f"{len(waits['cdc'])} events at {RATE:g}/s; value: CDC, floor: relay"
        rows.append(at_most(f"{NAME}/p{share}", ours, "ms", theirs, None, told))
    return rows


@asynccontextmanager
async def _relay(stage: Stage, server: EmbeddedPostgres, prefix: str) -> AsyncIterator[Side]:
    bootstrap, outbox, worker = await _worker(stage, server, prefix, "relay")
    with running(worker):
        yield Side(bootstrap, outbox)


@asynccontextmanager
async def _cdc(stage: Stage, server: EmbeddedPostgres, prefix: str) -> AsyncIterator[Side]:
    bootstrap, outbox, worker = await _worker(stage, server, prefix, "cdc")
    await ensure_topics(bootstrap, [heartbeat_topic(SERVICE, prefix)], 1)
    settings = Settings(
        service=SERVICE, database_url=outbox.url, oidc_issuer="http://issuer.invalid",
        topic_prefix=prefix,
    )  # fmt: skip
    sql = await connect(outbox.url)
    try:
        await slot.make(sql, settings)
        await slot.mark(sql, slot.MARK)
        found = access(SERVICE, server.port, await sql.fetchval("SELECT current_database()"))
        folder = stage.folder / f"connect-{prefix}".rstrip(".")
        with ExitStack() as stack:
            worker_of_connect = ConnectWorker(folder, bootstrap, found, lasting=True)
            with held():
                await asyncio.to_thread(worker_of_connect.start)
                stack.callback(worker_of_connect.stop)
            await asyncio.to_thread(register, worker_of_connect, SERVICE, prefix)
            with running(worker):
                yield Side(bootstrap, outbox)
        await slot.drop(sql, settings)
    finally:
        await sql.close()


async def _worker(
    stage: Stage, server: EmbeddedPostgres, prefix: str, publisher: str
) -> tuple[str, Outbox, Any]:
    bootstrap = await stage.topics(prefix)
    url = await stage.database(SERVICE, server)
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": prefix,
        "LIANDONG_PUBLISHER": publisher,
    }
    outbox = Outbox(url, f"{prefix}liandong.{SERVICE}")
    return bootstrap, outbox, stage.service(SERVICE, "worker", url, **settings)
