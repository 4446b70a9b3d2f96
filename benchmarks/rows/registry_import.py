"""A bureau's ledger becomes records, and the register becomes a file again."""

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psutil

from benchmarks import organizations
from benchmarks.floors.tables import copy_shape
from benchmarks.processes import HOST, connect, running
from benchmarks.report import Row, reaching, within
from benchmarks.servers import Stage
from liandong.embedded.program import Program
from registry.organizations.imports import ORGANIZATIONS

NAME = "registry-import"
GOAL = 5_000.0
"""Rows a second, events included."""
FLAT = 20.0
"""MB between the highest and the lowest reading, after the first tenth."""

_MB = 1_000_000
_CELLS = {"service_institution": "社会服务机构", "False": "否", "3000000": "3万元"}
_BATCH = 500
_PATIENCE_SECONDS = 900


async def run(stage: Stage) -> list[Row]:
    url = await stage.database("registry")
    count = stage.count(50_000, least=300)
    api = stage.service("registry", "api", url)
    worker = stage.service("registry", "worker", url)
    clerk = {"Authorization": stage.bearer("clerk-1", "clerk")}
    address = f"http://{HOST}:{api.port}"
    with running(api, worker):
        async with httpx.AsyncClient(base_url=address, headers=clerk, timeout=300) as client:
            began = time.perf_counter()
            job = await _handed_in(client, _ledger(count))
            accepted = time.perf_counter() - began
            seconds, grown = await _watched(worker, lambda note: _done(client, job, count, note))
            exported: list[Row] = []
            for form in ("csv", "xlsx"):
                exported.append(await _exported(client, api, form, count))
    floor = await _by_hand(url)
    detail = (
        f"{count:,} rows of a file that was read and stored in {accepted:.1f} s; the floor copies"
        " the same rows of records and events into tables without anything else"
    )
    memory = f"worker, {count:,} rows"
    return [
        reaching(NAME, count / seconds, "rows/s", GOAL, floor, detail),
        within(f"{NAME}/memory", grown, "MB RSS", FLAT, memory),
        *exported,
    ]


def _ledger(count: int) -> bytes:
    columns = ORGANIZATIONS.columns
    used = [name for name, field in columns.items() if field in organizations.registration(1)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(used)
    for number in range(1, count + 1):
        row = {name: str(value) for name, value in organizations.registration(number).items()}
        writer.writerow([_CELLS.get(row[columns[name]], row[columns[name]]) for name in used])
    return text.getvalue().encode()


async def _handed_in(client: httpx.AsyncClient, data: bytes) -> str:
    answer = await client.post("/v1/imports/organizations", files={"file": ("台账.csv", data)})
    answer.raise_for_status()
    return answer.json()["id"]


async def _done(
    client: httpx.AsyncClient, job: str, count: int, note: Callable[[float], None]
) -> None:
    """Everybody is on record; ``note`` is told how much of it is done."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            found = (await client.get(f"/v1/imports/{job}")).json()
            note(sum(found[one] for one in ("created", "rejected")) / count)
            if found["status"] == "done":
                assert found["created"] == count, found
                return
            await asyncio.sleep(0.1)


async def _watched(
    program: Program, work: Callable[[Callable[[float], None]], Awaitable[None]]
) -> tuple[float, float]:
    """Seconds the work took, and how far its process' memory moved after the first tenth."""
    process = psutil.Process(program.pid)
    readings: list[int] = []

    def note(share: float) -> None:
        if share >= 0.1:
            readings.append(process.memory_info().rss)

    began = time.perf_counter()
    await work(note)
    seconds = time.perf_counter() - began
    note(1.0)
    return seconds, (max(readings) - min(readings)) / _MB


async def _exported(client: httpx.AsyncClient, api: Program, form: str, count: int) -> Row:
    """The whole register as a file, read as fast as it comes."""
    size = 0

    async def read(note: Callable[[float], None]) -> None:
        nonlocal size
        async with _file(client, form) as chunks:
            async for chunk in chunks:
                size += len(chunk)
                note(1.0 if size > _MB else 0.0)

    seconds, grown = await _watched(api, read)
    detail = (
        f"{count:,} rows, {size / _MB:.1f} MB in {seconds:.1f} s, {count / seconds:,.0f} rows/s"
    )
    return within(f"{NAME}/export-{form}-memory", grown, "MB RSS", FLAT, detail)


@asynccontextmanager
async def _file(client: httpx.AsyncClient, form: str) -> AsyncIterator[AsyncIterator[bytes]]:
    query = {"format": form, "district": organizations.DISTRICT}
    async with client.stream("GET", "/v1/organizations/export", params=query) as answer:
        answer.raise_for_status()
        yield answer.aiter_bytes()


async def _by_hand(url: str) -> float:
    """Rows per second when the same records and events are copied, a transaction for a batch."""
    connection = await connect(url)
    try:
        tables = ("public.organization", "backbone.outbox")
        events = "backbone.outbox"
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM backbone.outbox)"):
            events = "backbone.event_feed"
        shapes = [await copy_shape(connection, one) for one in (tables[0], events)]
        records = await _rows(connection, tables[0])
        told = await _rows(connection, events)
        began = time.perf_counter()
        for at in range(0, len(records), _BATCH):
            async with connection.transaction():
                for shape, rows in zip(shapes, (records, told), strict=True):
                    await _copied(connection, shape, rows[at : at + _BATCH])
        return len(records) / (time.perf_counter() - began)
    finally:
        await connection.close()


async def _rows(connection: Any, table: str) -> list[Any]:
    return await connection.fetch(f"SELECT * FROM {table} LIMIT 20000")


async def _copied(connection: Any, table: str, rows: Sequence[Any]) -> None:
    schema, _, name = table.partition(".")
    await connection.copy_records_to_table(name, schema_name=schema, records=rows)
