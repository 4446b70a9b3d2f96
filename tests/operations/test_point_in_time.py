"""A base backup and the kept WAL bring back an instant, and the service notices."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

import registry.app
from liandong.db.engine import UnfitDatabase
from liandong.db.incarnation import assert_not_restored, begin_next
from liandong.db.migrations import migrate
from liandong.embedded.account import Account
from liandong.embedded.postgres import EmbeddedPostgres
from liandong.settings import Settings
from liandong.testing.services import settings_for

from .conftest import SCRIPTS, run_script

pytestmark = pytest.mark.timeout(300)


@dataclass
class Server:
    """A server that keeps its WAL."""

    postgres: EmbeddedPostgres
    wal: Path

    def sql(self, *statements: str, database: str = "postgres") -> list[asyncpg.Record]:
        async def go() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.postgres.url(database))
            try:
                found: list[asyncpg.Record] = []
                for statement in statements:
                    found = await connection.fetch(statement)
                return found
            finally:
                await connection.close()

        return asyncio.run(go())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    postgres = EmbeddedPostgres(tmp_path / "server", durable=False)
    postgres.start()
    wal = postgres.data.parent / "data" / "kept"  # where the server's account may write
    found = Server(postgres, wal)
    archive = shutil.copy(SCRIPTS / "archive.sh", postgres.data / "archive.sh")
    wal.mkdir()
    account = Account.for_folder(postgres.data)
    if account is not None:
        account.own(wal)
        account.own(Path(archive).parent)
    found.sql(
        "ALTER SYSTEM SET archive_mode = on",
        f"ALTER SYSTEM SET archive_command = 'sh {archive} %p %f {wal}'",
        "ALTER SYSTEM SET full_page_writes = on",
    )
    postgres.stop()
    postgres.start()
    yield found
    postgres.stop()


def test_an_instant_is_brought_back_and_the_service_does_not_take_it_for_the_present(
    server: Server, tmp_path: Path
) -> None:
    server.sql("CREATE DATABASE registry")
    url = server.postgres.url("registry")
    migrate(registry.app.DEFINITION, url)
    asyncio.run(assert_not_restored(settings(url)))
    made = run_script(
        "base.sh", tmp_path, server.postgres.url("postgres"), first=without_check(tmp_path)
    )
    assert (made.returncode, made.stderr) == (0, "")
    noted = "SELECT kind, name, bytes > 1000000 AS large FROM backbone.backup"
    assert [tuple(row) for row in server.sql(noted, database="registry")] == [
        ("base", Path(made.stdout.strip()).name, True)
    ]
    remember(server, "before")
    server.sql("SELECT pg_create_restore_point('noon')")
    remember(server, "after")
    server.sql("SELECT pg_switch_wal()")
    server.postgres.stop()  # what was not archived yet is archived before the end

    restored = EmbeddedPostgres(tmp_path / "restored", durable=False)
    restored.folder.mkdir()
    shutil.move(made.stdout.strip(), restored.data)
    restored.data.chmod(0o700)
    kept = server.wal
    with (restored.data / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(
            f"archive_mode = off\nrestore_command = 'cp {kept}/%f %p'\n"
            "recovery_target_name = 'noon'\nrecovery_target_action = promote\n"
        )
    (restored.data / "recovery.signal").touch()
    account = Account.for_folder(server.postgres.data)
    if account is not None:
        account.own(restored.data)
    restored.start()
    try:
        back = Server(restored, kept)
        rows = back.sql("SELECT note FROM remembered", database="registry")
        assert [row["note"] for row in rows] == ["before"]
        given = settings(restored.url("registry"))
        promoted(back)
        with pytest.raises(UnfitDatabase, match="liandong recover"):
            asyncio.run(assert_not_restored(given))
        asyncio.run(recover(given))
        asyncio.run(assert_not_restored(given))
    finally:
        restored.stop()


def promoted(server: Server) -> None:
    """Returns when the recovery has ended: the server answers before it has."""
    for _ in range(20_000):
        [row] = server.sql("SELECT pg_is_in_recovery() AS recovers")
        if not row["recovers"]:
            return
    raise AssertionError("the server was not promoted")


def without_check(tmp_path: Path) -> Path:
    """The wheel's pg_verifybackup crashes whatever it is told: a stand-in that finds all well."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "pg_verifybackup").write_text("#!/bin/sh\nexit 0\n")
    (folder / "pg_verifybackup").chmod(0o755)
    return folder


def remember(server: Server, note: str) -> None:
    server.sql(
        "CREATE TABLE IF NOT EXISTS remembered (note text)",
        f"INSERT INTO remembered VALUES ('{note}')",
        database="registry",
    )


def settings(url: str) -> Settings:
    return settings_for("registry", url)


async def recover(given: Settings) -> None:
    host = parse_qs(urlsplit(given.database_url).query)["host"][0]
    connection = await asyncpg.connect(host=host, user="postgres", database="registry")
    try:
        async with connection.transaction():
            assert await begin_next(connection, registry.app.DEFINITION, "王工") == 2
    finally:
        await connection.close()


def test_kept_wal_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "one").write_text("一")
    (tmp_path / "two").write_text("二")

    def keep(file: str) -> int:
        done = subprocess.run(
            ["sh", SCRIPTS / "archive.sh", tmp_path / file, "000001", tmp_path / "kept"],
            capture_output=True,
            check=False,
        )
        return done.returncode

    assert (keep("one"), keep("one"), keep("two")) == (0, 0, 1)
    assert (tmp_path / "kept/000001").read_text() == "一"
