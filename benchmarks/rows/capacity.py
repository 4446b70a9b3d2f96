"""What one event, one organisation, one command and one waiting reader take up.

The figures of ``docs/operations/capacity.md``: ``python -m tools.capacity record build/bench.json``
takes them over. None of them is a speed, but for the dump.
"""

import asyncio
import json
import time
from pathlib import Path
from statistics import quantiles

import asyncpg
import psutil

from benchmarks import organizations
from benchmarks.events import Outbox, envelopes, history, listed
from benchmarks.load import Plan, measure
from benchmarks.polls import Readers, sent, stands_still
from benchmarks.processes import connect, running
from benchmarks.report import Row, within
from benchmarks.rows.registry_search import populated
from benchmarks.rows.relay_to_kafka import arrived
from benchmarks.servers import Stage
from liandong.db.unit_of_work import shard_of
from liandong.embedded.binaries import binary, environment
from liandong.ids import uuid7

NAME = "capacity"
READERS = (250, 1000, 2000)
_WHOLE = 0.05
"""The scale from which on all the readers come."""
_ALONE = 500
"""Events that are published one by one, as on a quiet day."""
_PREFIX = "capacity."
_MB = 1_000_000
_COLUMNS = "id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload"
_SIZE = """
    SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'backbone' AND c.relkind = 'r' AND c.relname LIKE ANY($1::text[])
"""


async def run(stage: Stage) -> list[Row]:
    return [
        *await _events(stage),
        *await _commands(stage),
        *await _readers(stage),
        *await _organizations(stage),
    ]


def _row(name: str, value: float, unit: str, detail: str) -> Row:
    return within(f"{NAME}/{name}", value, unit, None, detail)


async def _events(stage: Stage) -> list[Row]:
    """Listings on their way: outbox, topic, feed, and the inbox of one reader."""
    count = stage.count(100_000, least=1_000)
    bootstrap = await stage.topics(_PREFIX)
    settings = {
        "LIANDONG_TRANSPORT": "kafka",
        "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "LIANDONG_TOPIC_PREFIX": _PREFIX,
    }
    source = await stage.database("credit-list")
    reader = await stage.database("supply-demand")
    outbox = Outbox(source, f"{_PREFIX}liandong.credit-list")
    payload, wal = await _committed(outbox, count)
    told = f"{count:,} listings and their ends, payloads of {payload:.0f} bytes"
    relaying = stage.service("credit-list", "worker", source, **settings)
    with running(relaying):
        highest = await _highest(relaying.pid, arrived(bootstrap, outbox.topic, count))
        while not await outbox.is_empty():  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.05)
        topic = _bytes_of(stage.folder / "kafka" / "data", outbox.topic)
        await _one_by_one(outbox, bootstrap, count)
        alone = _bytes_of(stage.folder / "kafka" / "data", outbox.topic) - topic
    count += _ALONE
    feed = await _size(source, "event_feed%")
    before = await _size(reader, "inbox%", "stream_version", "dead_letter", "held_key")
    consuming = stage.service("supply-demand", "worker", reader, **settings)
    with running(consuming):
        high = await _highest(consuming.pid, _taken(reader, count))
    inbox = await _size(reader, "inbox%", "stream_version", "dead_letter", "held_key") - before
    return [
        _row("event-payload", payload, "bytes", told),
        _row("event-topic", topic / (count - _ALONE), "bytes", f"{told}; in full batches, lz4"),
        _row("event-topic-alone", alone / _ALONE, "bytes", f"{_ALONE} listings one by one, lz4"),
        _row("event-feed", feed / count, "bytes", f"{told}; with indexes"),
        _row("event-inbox", inbox / count, "bytes", f"{told}; one group, with its versions"),
        _row(
            "event-wal",
            wal / (count - _ALONE),
            "bytes",
            f"{told}; outbox alone",
        ),
        _row("relay-memory", highest / _MB, "MB RSS", f"highest while it drained {count:,}"),
        _row("consumer-memory", high / _MB, "MB RSS", f"highest while it took {count:,}"),
    ]


async def _committed(outbox: Outbox, count: int) -> tuple[float, float]:
    """Puts events into the outbox; the mean of their payloads and the bytes of log they took."""
    known = [uuid7() for _ in range(max(100, count // 10))]
    made = envelopes(history(known, count, batch=min(500, count)))
    sql = await connect(outbox.url)
    try:
        began = await sql.fetchval("SELECT pg_current_wal_insert_lsn()::text")
        statement = f"""
            INSERT INTO backbone.outbox ({_COLUMNS}, occurred_at)
            VALUES ($1, $2, $3, 'listing', $4, $5, $6, $7, $8, clock_timestamp())
        """
        for first in range(0, count, 100):
            await sql.executemany(
                statement,
                [
                    (
                        one.id, shard_of(one.key), outbox.topic, one.key, one.type, one.district,
                        json.dumps(one.attributes()), one.payload,
                    )
                    for one in made[first : first + 100]
                ],
            )  # fmt: skip
        wal = await sql.fetchval(
            "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::text::pg_lsn)::bigint", began
        )
    finally:
        await sql.close()
    return sum(len(one.payload) for one in made) / count, wal


async def _one_by_one(outbox: Outbox, bootstrap: str, before: int) -> None:
    sql = await connect(outbox.url)
    try:
        for number in range(1, _ALONE + 1):
            await outbox.add(sql, listed(uuid7()))
            await arrived(bootstrap, outbox.topic, before + number)
    finally:
        await sql.close()


async def _taken(url: str, count: int) -> None:
    sql = await connect(url)
    try:
        async with asyncio.timeout(600):
            while await sql.fetchval("SELECT count(*) FROM backbone.inbox") < count:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    finally:
        await sql.close()


async def _commands(stage: Stage) -> list[Row]:
    """What a registration leaves behind in the register, beside the events."""
    count = stage.count(4_000, least=100)
    url = await stage.database("registry")
    registry = stage.service("registry", "all", url)
    with running(registry):
        await organizations.register(stage, registry, [1])
        sql = await connect(url)
        try:
            began = await sql.fetchval("SELECT pg_current_wal_insert_lsn()::text")
            audit = await _size(url, "audit_%")
            requests = organizations.registrations(stage, list(range(2, count + 2)))
            done = await measure(stage, Plan(registry.port, requests, status=201))
            while await sql.fetchval("SELECT count(*) FROM backbone.audit_pending"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            wal = await sql.fetchval(
                "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::text::pg_lsn)::bigint",
                began,
            )
        finally:
            await sql.close()
        audit = await _size(url, "audit_%") - audit
        memory = psutil.Process(registry.pid).memory_info().rss
    told = f"{count:,} registrations at {done.rate:.0f}/s"
    return [
        _row("command-wal", wal / count, "bytes", f"{told}; with events, feed, audit and seals"),
        _row("command-audit", audit / count, "bytes", f"{told}; entries, seals and their indexes"),
        _row("service-memory", memory / _MB, "MB RSS", f"API and worker in one, after {told}"),
    ]


async def _readers(stage: Stage) -> list[Row]:
    """Partners who wait at the feed of one process, and one event for all of them."""
    url = await stage.database("registry")
    registry = stage.service("registry", "all", url)
    rows: list[Row] = []
    most = 0
    with running(registry):
        process, cursor = psutil.Process(registry.pid), ""
        readers = Readers(registry.port, stage.bearer("reader", "system_admin"))
        try:
            await stands_still(registry.pid)
            idle = process.memory_info().rss
            for turn, full in enumerate(READERS):
                count = full if stage.scale >= _WHOLE else 10
                await readers.grow(count)
                waiting = await readers.poll(cursor, 30)
                await stands_still(registry.pid)
                used = process.memory_info().rss - idle
                busy = sum(process.cpu_times()[:2])
                began = time.perf_counter()
                [request] = organizations.registrations(stage, [turn + 1])
                await sent(registry.port, request)
                answers = await asyncio.gather(*waiting)
                busy = sum(process.cpu_times()[:2]) - busy
                served = sum(one.status == 200 for one in answers)
                cursor = answers[0].next
                late = [max(0.0, one.at - began) * 1000 for one in answers]
                p99 = quantiles(late, n=100)[98]
                told = f"{served} of {count} answered, the processor for {busy * 1000:.0f} ms"
                most = count if served == count else most
                rows += [
                    _row(f"feed-{full}-p99", p99, "ms", f"from the command that is sent; {told}"),
                    _row(f"feed-{full}-memory", used / count / 1000, "KB a reader", told),
                ]
        finally:
            readers.close()
    told = "waiting at one process, all answered; more were not tried"
    return [*rows, _row("feed-readers", most, "readers", told)]


async def _organizations(stage: Stage) -> list[Row]:
    """The register at rest, and how long it takes to write it out."""
    empty = await stage.database("registry")
    url, count, _ = await populated(stage)
    sql = await connect(url)
    try:
        size = await sql.fetchval("SELECT pg_database_size(current_database())")
    finally:
        await sql.close()
    sql = await connect(empty)
    try:
        size -= await sql.fetchval("SELECT pg_database_size(current_database())")
    finally:
        await sql.close()
    file = stage.folder / "register.dump"
    began = time.perf_counter()
    dumping = await asyncio.create_subprocess_exec(
        binary("pg_dump"), "--format=custom", f"--file={file}", f"--dbname={url}",
        env=environment(),
    )  # fmt: skip
    if await dumping.wait() != 0:
        raise RuntimeError("pg_dump failed")
    seconds = time.perf_counter() - began
    told = f"{count:,} organisations, {size / _MB:.0f} MB with indexes"
    return [
        _row("organization", size / count, "bytes", told),
        _row("dump-bytes", file.stat().st_size / count, "bytes", f"{told}; pg_dump -Fc"),
        _row("dump-rate", count / seconds, "organisations/s", f"{told}; pg_dump -Fc"),
    ]


async def _highest(pid: int, work: object) -> int:
    """The most resident memory, in bytes, of a process until ``work`` is done."""
    process, highest = psutil.Process(pid), 0
    task = asyncio.ensure_future(work)  # type: ignore[arg-type]
    while not task.done():
        highest = max(highest, process.memory_info().rss)
        await asyncio.wait([task], timeout=0.1)
    await task
    return highest


async def _size(url: str, *names: str) -> int:
    sql: asyncpg.Connection = await connect(url)
    try:
        return int(await sql.fetchval(_SIZE, list(names)) or 0)
    finally:
        await sql.close()


def _bytes_of(folder: Path, topic: str) -> int:
    """Of the segments of a topic on a broker that keeps its data in the folder."""
    found = [file.stat().st_size for file in folder.glob(f"{topic}-*/*.log")]
    if not found:
        raise RuntimeError("the broker's data are not on this machine: run it with Java")
    return sum(found)
