"""The embedded database: Chinese text, leftovers of earlier runs, other versions."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from liandong.embedded.postgres import EmbeddedPostgres, EmbeddedPostgresError
from liandong.embedded.processes import end


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of this module's own whose data folder exists; each test starts it as it likes."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=True)
    server.start()
    server.stop()
    yield server
    server.stop()


@pytest.fixture
def server(stopped: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    with stopped:
        yield stopped


async def ask(server: EmbeddedPostgres, question: str, database: str = "postgres") -> object:
    connection = await asyncpg.connect(server.url(database))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


async def test_the_locale_is_one_in_which_chinese_characters_are_letters(
    server: EmbeddedPostgres,
) -> None:
    server.ensure_database("社会组织")
    try:
        setting = "SELECT datcollate || datctype FROM pg_database WHERE datname = '社会组织'"
        assert await ask(server, setting) == "C.UTF-8C.UTF-8"
        assert await ask(server, "SELECT '社会' ~ '会' AND '社会' ~ '^\\w+$'", "社会组织") is True
        assert await ask(server, "SELECT substr('社会组织', 2, 2)", "社会组织") == "会组"
        assert await ask(server, "SHOW server_encoding", "社会组织") == "UTF8"
    finally:
        server.drop_database("社会组织")


async def test_nothing_listens_on_the_network(server: EmbeddedPostgres) -> None:
    assert await ask(server, "SHOW listen_addresses") == ""
    assert await ask(server, "SHOW max_connections") == "300"
    assert psutil.Process(postmaster(server)).net_connections(kind="inet") == []


def test_the_server_does_not_run_as_root(server: EmbeddedPostgres) -> None:
    assert psutil.Process(postmaster(server)).uids().effective != 0


async def test_databases_are_made_and_dropped_only_once(server: EmbeddedPostgres) -> None:
    for _ in range(2):
        server.ensure_database("funding")
    assert await ask(server, "SELECT current_database()", "funding") == "funding"
    for _ in range(2):
        server.drop_database("funding")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await ask(server, "SELECT 1", "funding")


async def test_a_killed_server_starts_again_with_its_data(server: EmbeddedPostgres) -> None:
    server.ensure_database("kept")
    await ask(server, "CREATE TABLE fact AS SELECT 1 AS n", "kept")
    assert end(psutil.Process(postmaster(server)), by=signal.SIGKILL, within=10)
    assert not server.running
    server.start()
    assert await ask(server, "SELECT n FROM fact", "kept") == 1
    server.drop_database("kept")


async def test_a_stale_pid_that_now_belongs_to_a_stranger_does_not_stop_a_start(
    stopped: EmbeddedPostgres,
) -> None:
    content = f"{os.getpid()}\n{stopped.data}\n0\n5432\n{stopped.folder}\n\n0 0\nready\n"
    (stopped.data / "postmaster.pid").write_text(content)
    with stopped:
        assert await ask(stopped, "SELECT 1") == 1


@pytest.mark.parametrize("leftover", ["torn pid file", "orphaned socket", "half-made data"])
async def test_leftovers_of_a_killed_run_do_not_stop_a_start(
    stopped: EmbeddedPostgres, leftover: str
) -> None:
    if leftover == "torn pid file":
        (stopped.data / "postmaster.pid").write_text("")
    elif leftover == "orphaned socket":
        with stopped:
            assert end(psutil.Process(postmaster(stopped)), by=signal.SIGKILL, within=10)
    else:
        shutil.rmtree(stopped.data)
        draft = stopped.folder / "data.draft"
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18\n")
    with stopped:
        assert await ask(stopped, "SELECT 1") == 1


def test_a_second_handle_joins_the_running_server_and_stops_it(server: EmbeddedPostgres) -> None:
    other = EmbeddedPostgres(server.folder, durable=True)
    before = postmaster(server)
    other.start()
    assert postmaster(server) == before
    assert other.url("x") == server.url("x")
    other.stop()
    assert not server.running


def test_stopping_a_server_that_never_ran_does_nothing(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path / "never", durable=True).stop()
    assert not (tmp_path / "never").exists()


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    address = EmbeddedPostgres(tmp_path / ("深" * 40), durable=True).url("x")
    assert len(address.partition("host=")[2]) < 90


def test_the_data_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedPostgresError, match=r"make clean-data.*restore a backup"):
        EmbeddedPostgres(tmp_path, durable=True).start()
    assert (tmp_path / "data" / "PG_VERSION").read_text() == "16\n"


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "holiday.jpg").touch()
    with pytest.raises(EmbeddedPostgresError, match="is not a PostgreSQL data folder"):
        EmbeddedPostgres(tmp_path, durable=True).start()
    assert (tmp_path / "data" / "holiday.jpg").exists()
