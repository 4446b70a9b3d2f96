"""A database that cannot be served is refused, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from liandong.clock import FixedClock, SystemClock
from liandong.contracts.definitions import definition_of
from liandong.db.engine import UnfitDatabase, asyncpg_arguments
from liandong.db.migrations import migrate
from liandong.ids import uuid7
from liandong.preflight.belonging import adopt
from liandong.preflight.database import Form, of_form, opened
from liandong.preflight.findings import Finding, Refused, first_refused
from liandong.preflight.run import inspect
from liandong.settings import Settings
from liandong.testing.postgres import DatabaseTemplates, PostgresServer
from liandong.testing.probe import PROBE, database_for, mirror_definition
from liandong.testing.services import settings_for


@pytest_asyncio.fixture
async def url(database_templates: DatabaseTemplates) -> AsyncIterator[str]:
    made = await database_for(database_templates, PROBE)
    yield made
    await database_templates.drop(made)


async def run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(**asyncpg_arguments(url))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def refusal(url: str, definition=PROBE, clock=None, take=True, **given) -> Finding | None:
    around = await inspect(definition, settings(definition.name, url, **given), clock, take=take)
    return first_refused(around.findings)


def settings(service: str, url: str, **given: Any) -> Settings:
    return settings_for(service, url, oidc_issuer="http://127.0.0.1:1", **given)


async def test_a_database_is_taken_by_its_first_service_and_environment(url: str) -> None:
    assert await refusal(url, take=False) is None
    assert await refusal(url, mirror_definition(), take=False) is None  # nobody's yet
    assert await refusal(url) is None
    assert await refusal(url) is None
    other = await refusal(url, mirror_definition())
    assert other is not None
    assert (other.check, other.exit_code) == ("belonging.service", 7)
    assert "这是 probe 服务的数据库，不是 mirror 的" in other.told
    elsewhere = await refusal(url, environment="staging")
    assert elsewhere is not None
    assert elsewhere.check == "belonging.environment"


async def test_a_restored_copy_is_adopted_with_an_id_of_its_own(url: str) -> None:
    before = (await inspect(PROBE, settings("probe", url), take=True)).database
    staging = settings("probe", url, environment="staging")
    async with opened(staging) as connection:
        made = await adopt(PROBE, staging, connection)
        with pytest.raises(Refused, match="probe 服务的数据库"):
            await adopt(mirror_definition(), staging, connection)
    around = await inspect(PROBE, staging, take=True)
    assert first_refused(around.findings) is None
    assert around.database == made != before


async def test_migrations_leave_the_database_of_another_service_alone(url: str) -> None:
    assert await refusal(url) is None
    with pytest.raises(UnfitDatabase, match="这是 probe 服务的数据库，不是 registry 的"):
        await asyncio.to_thread(migrate, definition_of("registry"), url)


async def test_clocks_that_are_apart_are_refused(url: str) -> None:
    ahead = FixedClock(SystemClock().now() + timedelta(minutes=5))
    told = await refusal(url, clock=ahead)
    assert told is not None
    assert (told.check, told.exit_code) == ("clock.database", 6)
    assert "本机时钟比数据库的时钟快" in told.told
    assert await refusal(url, clock=ahead, clock_tolerance_seconds=600) is None


async def test_a_newer_schema_is_fit_unless_it_took_something_away(url: str) -> None:
    assert await refusal(url) is None
    await run(url, "UPDATE alembic_version SET version_num = 'probe_0003'")
    assert await refusal(url) is None
    await run(url, "UPDATE backbone.belonging SET oldest = 'probe_0001'")
    assert await refusal(url) is None
    await run(url, "UPDATE backbone.belonging SET oldest = 'probe_0002'")
    told = await refusal(url)
    assert told is not None
    assert (told.check, told.exit_code) == ("database.schema-newer", 3)
    assert "其迁移须含 probe_0002" in told.told


async def test_a_database_before_its_migrations_is_refused(url: str) -> None:
    await run(url, "DELETE FROM alembic_version")
    told = await refusal(url)
    assert told is not None
    assert told.check == "database.schema"
    assert "请先执行 migrate" in told.told


async def test_missing_rights_are_named(url: str, postgres_server: PostgresServer) -> None:
    role = f"weak_{uuid7().hex}"
    await run(
        url,
        f"CREATE ROLE {role} LOGIN",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
    )
    weak = _as(url, role)
    try:
        told = await refusal(weak)
        assert told is not None
        assert told.check == "database.rights"
        assert "不能读写表 backbone." in told.told
        await run(
            url,
            f"GRANT ALL ON SCHEMA backbone TO {role}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA backbone TO {role}",
        )
        told = await refusal(weak)
        assert told is not None
        assert "不能在 backbone 中建立每月的分区" in told.told
    finally:
        await run(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("made_with", "check"),
    [
        ("LOCALE 'C' ENCODING 'UTF8'", "database.locale"),
        ("LOCALE 'C' ENCODING 'SQL_ASCII'", "database.encoding"),
    ],
)
async def test_a_database_in_which_chinese_is_not_found_is_refused(
    postgres_server: PostgresServer, made_with: str, check: str
) -> None:
    name = f"unfit_{uuid7().hex}"
    await run(postgres_server.admin_url, f"CREATE DATABASE {name} TEMPLATE template0 {made_with}")
    try:
        told = await refusal(postgres_server.url(name))
    finally:
        await run(postgres_server.admin_url, f"DROP DATABASE {name} WITH (FORCE)")
    assert told is not None
    assert (told.check, told.exit_code) == (check, 3)
    assert "重新建库" in told.told


@pytest.mark.parametrize(
    ("form", "check"),
    [
        (Form(140011), "database.version"),
        (Form(150000, standby=True), "database.standby"),
        (Form(150000, collate="zh_CN.UTF-8"), "database.locale"),
        (Form(150000, provider="i", recorded="153.14", actual="153.120"),
         "database.collation-version"),
    ],
)  # fmt: skip
def test_what_one_server_cannot_show(form: Form, check: str) -> None:
    assert [one.check for one in of_form(form)] == [check]


@pytest.mark.parametrize("form", [Form(180000), Form(150000, provider="i", collate="zh_CN.UTF-8")])
def test_databases_that_keep_their_order_are_fit(form: Form) -> None:
    assert list(of_form(form)) == []


async def test_no_database_is_one_sentence(postgres_server: PostgresServer) -> None:
    told = await refusal(postgres_server.url("no_such_database"))
    assert told is not None
    assert "没有这个数据库" in told.told
    told = await refusal("postgresql://x@127.0.0.1:1/x", connect_seconds=5)
    assert told is not None
    assert "没有应答" in told.told


def _as(url: str, role: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}@{host}"))
