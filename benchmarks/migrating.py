"""``python -m benchmarks.migrating [--rows 1000000]``: migrations of large tables in use.

For every revision: how long it took, and the longest that a reader and a writer of the large table
waited meanwhile. Beside the revisions of two services those of the tests' newer release, which are
as ``liandong.db.lint`` allows them: a column, a check that is validated later, an index.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from alembic.script import ScriptDirectory
from rich.console import Console
from rich.table import Table

from benchmarks import credit, masses
from liandong.contracts.definitions import definition_of
from liandong.db.engine import asyncpg_arguments
from liandong.db.migrations import config, migrate
from liandong.definition import ServiceDefinition
from liandong.testing import probe
from liandong.testing.newer import NEWER_PROBE
from liandong.testing.postgres import DatabaseTemplates, postgres_for_tests

Fill = Callable[[asyncpg.Connection, int], Awaitable[object]]
_LOCK_SECONDS = 5
"""What a request waits for a lock; longer, and it would be refused."""


@dataclass(frozen=True)
class Subject:
    """A large table: its database at ``begins``, then every revision behind that."""

    definition: ServiceDefinition
    begins: str
    table: str
    key: str
    fill: Fill
    database: Callable[[DatabaseTemplates], Awaitable[str]]


@dataclass
class Worst:
    """The longest wait of one kind of statement, in seconds, and how many were refused."""

    seconds: float = 0.0
    done: int = 0
    refused: int = 0


async def registers(connection: asyncpg.Connection, rows: int) -> None:
    await masses.fill(connection, masses.country(rows), person=("x", "x"))
    await connection.execute("VACUUM ANALYZE organization", timeout=1800)


async def things(connection: asyncpg.Connection, rows: int) -> None:
    await connection.execute(
        "INSERT INTO thing (id, version, created_at, updated_at, value)"
        " SELECT gen_random_uuid(), 1, now(), now(), n FROM generate_series(1, $1::int) AS n",
        rows,
        timeout=1800,
    )
    await connection.execute("VACUUM ANALYZE thing", timeout=1800)


async def _empty(templates: DatabaseTemplates) -> str:
    return await templates.clone()


async def _probe(templates: DatabaseTemplates) -> str:
    return await probe.database_for(templates, probe.PROBE)


def subjects() -> list[Subject]:
    registry, credits = definition_of("registry"), definition_of("credit-list")
    return [
        Subject(registry, "0014", "organization", "id", registers, _empty),
        Subject(credits, "0013", "known_organization", "organization_id", credit.fill, _empty),
        Subject(NEWER_PROBE, "probe_0001", "thing", "id", things, _probe),
    ]


@asynccontextmanager
async def traffic(url: str, subject: Subject) -> AsyncIterator[dict[str, Worst]]:
    """A reader and two writers of single rows, each of which waits as long as a request would."""
    found = {"read": Worst(), "write": Worst()}
    ids = await _some(url, subject)
    statements = {
        "read": f"SELECT * FROM {subject.table} WHERE {subject.key} = $1",
        "write": f"UPDATE {subject.table} SET {subject.key} = {subject.key}"
        f" WHERE {subject.key} = $1",
    }
    stop = asyncio.Event()

    async def one(kind: str) -> None:
        connection = await asyncpg.connect(**asyncpg_arguments(url), statement_cache_size=0)
        try:
            await connection.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
            at = 0
            while not stop.is_set():
                began = time.perf_counter()
                try:
                    await connection.execute(statements[kind], ids[at % len(ids)])
                    found[kind].done += 1
                except asyncpg.LockNotAvailableError:
                    found[kind].refused += 1
                found[kind].seconds = max(found[kind].seconds, time.perf_counter() - began)
                at += 1
                await asyncio.sleep(0.002)
        finally:
            await connection.close()

    tasks = [asyncio.create_task(one(kind)) for kind in ("read", "write", "write")]
    try:
        yield found
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _some(url: str, subject: Subject) -> list[object]:
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        rows = await connection.fetch(
            f"SELECT {subject.key} FROM {subject.table} TABLESAMPLE SYSTEM (1) LIMIT 500"
        )
        return [row[0] for row in rows]
    finally:
        await connection.close()


def revisions(subject: Subject, url: str) -> list[str]:
    """Those behind the beginning, in their order."""
    script = ScriptDirectory.from_config(config(subject.definition, url))
    names = [one.revision for one in script.walk_revisions()][::-1]
    return names[names.index(subject.begins) + 1 :]


async def measured(subject: Subject, templates: DatabaseTemplates, rows: int, table: Table) -> None:
    url = await subject.database(templates)
    name = f"{subject.definition.name} {subject.table}"
    try:
        if subject.definition is not NEWER_PROBE:
            await asyncio.to_thread(migrate, subject.definition, url, subject.begins)
        connection = await asyncpg.connect(**asyncpg_arguments(url))
        await subject.fill(connection, rows)
        await connection.close()
        for revision in revisions(subject, url):
            async with traffic(url, subject) as found:
                await _warm(found)
                quiet = {kind: one.seconds for kind, one in found.items()}
                for one in found.values():
                    one.seconds = 0.0
                began = time.perf_counter()
                await asyncio.to_thread(migrate, subject.definition, url, revision)
                took = time.perf_counter() - began
                await _warm(found)
            table.add_row(
                name, revision, f"{took:.2f}",
                *(f"{found[kind].seconds * 1000:.0f} ({quiet[kind] * 1000:.0f})" for kind in found),
                str(sum(one.refused for one in found.values())),
            )  # fmt: skip
    finally:
        await templates.drop(url)


async def _warm(found: dict[str, Worst]) -> None:
    """Returns after some hundred more statements of each kind."""
    wanted = {kind: one.done + 300 for kind, one in found.items()}
    while any(found[kind].done < wanted[kind] for kind in found):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.migrating")
    parser.add_argument("--rows", type=int, default=1_000_000)
    chosen = parser.parse_args()
    table = Table(title=f"{chosen.rows:,} rows; the longest wait in ms, before it in brackets")
    for title in ("table", "revision", "seconds", "read", "write", "refused"):
        table.add_column(title)
    with postgres_for_tests() as server:
        for subject in subjects():
            asyncio.run(measured(subject, DatabaseTemplates(server), chosen.rows, table))
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
