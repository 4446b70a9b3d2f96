"""Template databases: built once, cloned for each test, gone afterwards."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
import pytest

from liandong.ids import uuid7
from liandong.testing.plugin import CloneDatabase
from liandong.testing.postgres import DatabaseTemplates, PostgresServer


class Builder:
    """Counts how often it is asked to build."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, url: str) -> None:
        self.times += 1
        await run(url, "CREATE TABLE fact (n int)")


async def run(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def drop_template(server: PostgresServer, template: str) -> None:
    await run(server.admin_url, f'DROP DATABASE "{template}"')


@pytest.fixture
def fingerprint() -> str:
    return uuid7().hex


async def test_clones_of_a_template_do_not_see_each_other(
    postgres_server: PostgresServer,
    database_templates: DatabaseTemplates,
    clone_database: CloneDatabase,
    fingerprint: str,
) -> None:
    template = await database_templates.ensure("isolation", Builder(), fingerprint=fingerprint)
    first, second = await clone_database(template), await clone_database(template)
    await run(first, "INSERT INTO fact VALUES (1)")
    assert await run(first, "SELECT count(*) FROM fact") == 1
    assert await run(second, "SELECT count(*) FROM fact") == 0
    await drop_template(postgres_server, template)


async def test_a_template_is_built_once_for_all_processes(
    postgres_server: PostgresServer, fingerprint: str
) -> None:
    build = Builder()
    separate = [DatabaseTemplates(postgres_server) for _ in range(3)]
    made = await asyncio.gather(
        *(one.ensure("once", build, fingerprint=fingerprint) for one in separate)
    )
    assert len(set(made)) == 1
    assert build.times == 1
    await drop_template(postgres_server, made[0])


async def test_another_fingerprint_is_another_template(
    postgres_server: PostgresServer, database_templates: DatabaseTemplates, fingerprint: str
) -> None:
    build = Builder()
    old = await database_templates.ensure("change", build, fingerprint=fingerprint)
    new = await database_templates.ensure("change", build, fingerprint=fingerprint + "2")
    assert old != new
    assert build.times == 2
    for template in (old, new):
        await drop_template(postgres_server, template)


async def test_a_build_that_failed_is_tried_again(
    postgres_server: PostgresServer, database_templates: DatabaseTemplates, fingerprint: str
) -> None:
    async def fail(url: str) -> None:
        raise ValueError("migration")

    with pytest.raises(ValueError, match="migration"):
        await database_templates.ensure("retry", fail, fingerprint=fingerprint)
    template = await database_templates.ensure("retry", Builder(), fingerprint=fingerprint)
    await drop_template(postgres_server, template)


async def test_a_clone_is_dropped_although_a_session_is_left_open(
    database_templates: DatabaseTemplates,
) -> None:
    url = await database_templates.clone()
    forgotten = await asyncpg.connect(url)
    await database_templates.drop(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await run(url, "SELECT 1")
    forgotten.terminate()


async def test_only_clones_can_be_dropped(database_templates: DatabaseTemplates) -> None:
    with pytest.raises(ValueError, match="not a clone"):
        await database_templates.drop("postgresql://postgres@/postgres?host=/nowhere")


def test_the_addresses_keep_everything_but_the_database_of_the_given_server() -> None:
    server = PostgresServer("postgresql+asyncpg://u:p%40@db.example:6000/maintenance?ssl=require")
    assert server.admin_url == "postgresql://u:p%40@db.example:6000/maintenance?ssl=require"
    assert server.url("甲") == "postgresql://u:p%40@db.example:6000/%E7%94%B2?ssl=require"
    assert urlsplit(PostgresServer("postgresql://db").admin_url).path == "/postgres"
