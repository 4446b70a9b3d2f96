"""PostgreSQL for tests: a shared server, template databases and quick clones of them."""

import asyncio
import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from liandong.embedded.postgres import MAJOR, EmbeddedPostgres, EmbeddedPostgresError
from liandong.ids import uuid7
from liandong.testing.shared import shared, tests_folder

URL_VARIABLE = "LIANDONG_TEST_DATABASE_URL"
Build = Callable[[str], Awaitable[object]]

_TEMPLATE = "liandong_template_"
_CLONE = "liandong_clone_"
_DRAFT = "_draft"
_LEFTOVERS = rf"""
    SELECT datname FROM pg_database
    WHERE starts_with(datname, '{_CLONE}')
       OR starts_with(datname, '{_TEMPLATE}') AND (
            right(datname, {len(_DRAFT)}) = '{_DRAFT}'
            OR (pg_stat_file('base/' || oid || '/PG_VERSION')).modification
               < now() - interval '7 days')
"""  # noqa: S608 - made of the constants above


class PostgresServer:
    """A server on which tests may make databases; ``admin_url`` is the way in for that."""

    def __init__(self, admin_url: str) -> None:
        self._parts = urlsplit(admin_url)
        self.admin_url = self.url(unquote(self._parts.path.removeprefix("/")) or "postgres")

    def url(self, database: str) -> str:
        query = f"?{self._parts.query}" if self._parts.query else ""
        return f"postgresql://{self._parts.netloc}/{quote(database)}{query}"


@contextmanager
def postgres_for_tests() -> Iterator[PostgresServer]:
    """The server named by ``LIANDONG_TEST_DATABASE_URL``, or the embedded one, started once.

    All test processes of a user share the embedded server; it keeps the templates for the next
    run, and is stopped by the last process that leaves.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield PostgresServer(given)
        return
    folder = tests_folder(in_memory=True) / f"postgres-{MAJOR}"
    server = EmbeddedPostgres(folder / "server", durable=False)

    def start(alone: bool) -> PostgresServer:
        try:
            server.start()
        except EmbeddedPostgresError:
            if not alone:
                raise
            # Without fsync a crash of the machine may leave nothing that can be recovered.
            shutil.rmtree(server.folder)
            server.start()
        found = PostgresServer(server.url("postgres"))
        if alone:
            with ThreadPoolExecutor(1) as thread:  # the caller's thread may have a loop already
                thread.submit(asyncio.run, _sweep(found)).result()
        return found

    with shared(folder, start=start, stop=lambda _: server.stop()) as found:
        yield found


class DatabaseTemplates:
    """Databases that are built once and then cloned for each test that wants its own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._known: set[str] = set()

    async def ensure(self, name: str, build: Build, *, fingerprint: str = "") -> str:
        """The template ``name``, built by ``await build(url)`` unless it exists already.

        It is built anew when ``fingerprint`` changes: give a digest of what the result depends
        on, such as the migration files. Of several processes one builds and the others wait. A
        failed build leaves nothing behind.
        """
        if not re.fullmatch(r"[a-z0-9_]{1,24}", name):
            raise ValueError(f"a template is named by up to 24 of a-z, 0-9 and _: {name!r}")
        digest = hashlib.sha256(fingerprint.encode()).hexdigest()[:12]
        template = f"{_TEMPLATE}{name}_{digest}"
        if template in self._known:
            return template
        async with _connected(self._server) as admin:
            await admin.execute("SELECT pg_advisory_lock(hashtext($1))", template)
            exists = "SELECT true FROM pg_database WHERE datname = $1"
            if not await admin.fetchval(exists, template):
                await self._build(admin, template, build)
        self._known.add(template)
        return template

    async def _build(self, admin: "asyncpg.Connection", template: str, build: Build) -> None:
        draft = template + _DRAFT
        await _drop(admin, draft)
        await admin.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0')
        try:
            await build(self._server.url(draft))
            # Closed to sessions, a template is never too busy to be cloned.
            await admin.execute(f'ALTER DATABASE "{draft}" ALLOW_CONNECTIONS false')
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", draft
            )
            await admin.execute(f'ALTER DATABASE "{draft}" RENAME TO "{template}"')
        except BaseException:
            await _drop(admin, draft)
            raise

    async def clone(self, template: str | None = None) -> str:
        """The address of a fresh database: a clone of the template, or an empty one."""
        name = f"{_CLONE}{uuid7().hex}"
        async with _connected(self._server) as admin:
            # A third quicker than WAL_LOG where nothing waits for the disk.
            source = template or "template0"
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self._server.url(name)

    async def drop(self, url: str) -> None:
        """Drops a clone and ends the sessions that a test left open in it."""
        name = unquote(urlsplit(url).path.removeprefix("/"))
        if not name.startswith(_CLONE):
            raise ValueError(f"not a clone made for a test: {name}")
        async with _connected(self._server) as admin:
            await _drop(admin, name)


@asynccontextmanager
async def _connected(server: PostgresServer) -> AsyncIterator["asyncpg.Connection"]:
    connection = await asyncpg.connect(server.admin_url)
    try:
        yield connection
    finally:
        await connection.close()


async def _drop(admin: "asyncpg.Connection", database: str) -> None:
    await admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


async def _sweep(server: PostgresServer) -> None:
    """Drops what runs that were killed left behind, and templates nobody renewed for a week."""
    async with _connected(server) as admin:
        for row in await admin.fetch(_LEFTOVERS):
            await _drop(admin, row["datname"])
