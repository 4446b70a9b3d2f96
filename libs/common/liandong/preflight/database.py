"""数据库: its server, its form, our rights in it, its schema and its clock."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from liandong.clock import Clock
from liandong.db.engine import connect
from liandong.db.revisions import heads, known
from liandong.definition import ServiceDefinition
from liandong.preflight.belonging import belongs
from liandong.preflight.clocks import compared
from liandong.preflight.findings import Finding, Refused, State, fit, refused
from liandong.settings import Settings

MINIMUM_VERSION: Final = 150000
_PLAIN: Final = frozenset({"C", "POSIX"})
_BY_CODE: Final = {
    "3D000": "没有这个数据库，请先建库（deploy/postgres/databases.sql）",
    "28P01": "用户名或密码不对，请改正 LIANDONG_DATABASE_URL",
    "28000": "服务器拒绝了这个用户，请检查 pg_hba.conf 与 LIANDONG_DATABASE_URL",
    "42501": "这个用户不能连接该数据库，请改用本服务自己的用户与数据库",
    "53300": "连接数已满，请提高 max_connections 或减少副本",
    "57P03": "服务器尚未就绪，请稍后再启动",
}
_FORM = """
    SELECT current_setting('server_encoding') AS encoding, datctype AS ctype,
           '联' ~ '^[[:alpha:]]$' AS sees_chinese,
           datcollate AS collate, datlocprovider::text AS provider,
           datcollversion AS recorded, pg_database_collation_actual_version(oid) AS actual,
           pg_is_in_recovery() AS standby
    FROM pg_database WHERE datname = current_database()
"""
_TABLES_WITHOUT_RIGHTS = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'backbone') AND c.relkind IN ('r', 'p')
      AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
           AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
    ORDER BY 1 LIMIT 1
"""
_MAKES_MONTHS = """
    SELECT has_schema_privilege('backbone', 'CREATE')
       AND pg_has_role(relowner, 'USAGE') FROM pg_class
    WHERE oid = 'backbone.event_feed'::regclass
"""


@dataclass(frozen=True, slots=True)
class Form:
    """How a database was made; what cannot be changed afterwards."""

    version: int
    """As ``server_version_num`` tells it."""
    encoding: str = "UTF8"
    ctype: str = "C.UTF-8"
    sees_chinese: bool = True
    """Whether a Chinese sign is a letter to it."""
    collate: str = "C.UTF-8"
    provider: str = "c"
    """``c`` the C library, ``i`` ICU, ``b`` PostgreSQL itself."""
    recorded: str | None = None
    actual: str | None = None
    """The collation's version when the database was made, and today's."""
    standby: bool = False


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the service's database; :class:`Refused` when there is none to be had."""
    try:
        connection = await connect(settings, "preflight")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        code = getattr(error, "sqlstate", None) or ""
        raise Refused(
            refused(
                "database.connection",
                f"无法连接数据库：{_BY_CODE.get(code, '没有应答，请检查地址、网络与服务器')}",
                f"no connection to the database ({type(error).__name__} {code})".rstrip(),
            )
        ) from None
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def form_of(connection: asyncpg.Connection) -> Form:
    version = int(await connection.fetchval("SHOW server_version_num") or 0)
    if version < MINIMUM_VERSION:  # its catalogue lacks what is asked for below
        return Form(version)
    row: Any = await connection.fetchrow(_FORM)
    return Form(version, **dict(row))


def of_form(form: Form) -> Iterator[Finding]:
    """A server that is too old, a database that does not find Chinese or does not keep order."""
    if form.version < MINIMUM_VERSION:
        yield refused(
            "database.version",
            f"PostgreSQL 版本须不低于 15（现为 {form.version // 10000}）：请升级数据库服务器",
            f"PostgreSQL {form.version // 10000} is older than 15",
        )
        return
    if form.standby:
        yield refused(
            "database.standby",
            "所连的是只读备库：请将 LIANDONG_DATABASE_URL 改为主库的地址",
            "the server is a standby",
        )
    if form.encoding != "UTF8":
        yield refused(
            "database.encoding",
            f"数据库编码须为 UTF8（现为 {form.encoding}）：请以 --encoding=UTF8 重新建库",
            f"the encoding is {form.encoding}, not UTF8",
        )
    elif wrong := _wrong_locale(form):
        yield refused(
            "database.locale",
            f"{wrong}：请以 --locale=C.UTF-8 重新建库",
            f"the locale (collate {form.collate}, ctype {form.ctype}) is not C.UTF-8",
        )
    if form.recorded and form.actual and form.recorded != form.actual:
        yield refused(
            "database.collation-version",
            f"排序规则的版本由 {form.recorded} 变为 {form.actual}，索引可能已乱：请执行 REINDEX "
            "DATABASE，再执行 ALTER DATABASE … REFRESH COLLATION VERSION",
            f"the collation's version changed from {form.recorded} to {form.actual}: reindex",
        )


def _wrong_locale(form: Form) -> str:
    if not form.sees_chinese:
        return f"数据库区域设置为 {form.ctype}，无法检索中文"
    by_library = form.provider == "c" and form.collate.partition(".")[0] not in _PLAIN
    # The library's order of any language changes with the operating system; ICU's tells a version.
    return f"数据库按 {form.collate} 排序，其次序随操作系统而变" if by_library else ""


async def before_migrating(definition: ServiceDefinition, settings: Settings) -> list[Finding]:
    """Whether tables can be made here, and how the schema stands to the code."""
    try:
        async with opened(settings) as connection:
            if unfit := list(of_form(await form_of(connection))):
                return unfit
            if await connection.fetchval("SELECT to_regclass('backbone.belonging')"):
                await belongs(definition, settings, connection, take=False)
            return [await of_schema(definition, connection)]
    except Refused as error:
        return [error.finding]


async def findings(
    definition: ServiceDefinition,
    settings: Settings,
    connection: asyncpg.Connection,
    clock: Clock,
) -> list[Finding]:
    """Everything about the database; later questions are not asked of a server that is unfit.

    ``clock`` is the system's.
    """
    if unfit := list(of_form(await form_of(connection))):
        return unfit
    found = [fit("database.form"), await _of_clock(settings, connection, clock)]
    schema = await of_schema(definition, connection)
    found.append(schema)
    if not schema.exit_code:
        found.append(await _of_rights(connection))
    return found


async def _of_clock(settings: Settings, connection: asyncpg.Connection, clock: Clock) -> Finding:
    before = clock.now()
    theirs: Any = await connection.fetchval("SELECT clock_timestamp()")
    ours = before + (clock.now() - before) / 2
    return compared("数据库", "database", theirs, ours, settings.clock_tolerance_seconds)


async def of_schema(definition: ServiceDefinition, connection: asyncpg.Connection) -> Finding:
    """Fit when the schema is the code's, or a newer release's that has only added to it."""
    there = await connection.fetchval("SELECT to_regclass('alembic_version')")
    rows = await connection.fetch("SELECT version_num FROM alembic_version") if there else []
    found, wanted = sorted(row[0] for row in rows), heads(definition)
    if set(found) == set(wanted):
        return fit("database.schema")
    told = f"数据库结构版本（{'、'.join(found) or '无'}）与程序要求（{'、'.join(wanted)}）不一致"
    english = f"the schema is {found}, the code wants {list(wanted)}"
    if not found or known(definition) & set(found):
        return refused("database.schema", f"{told}：请先执行 migrate", english)
    oldest = await connection.fetchval("SELECT oldest FROM backbone.belonging")
    if oldest is None or oldest in known(definition):
        sentence = f"{told}：由较新的版本升级过，本程序仍可使用"
        return Finding("database.schema-newer", State.FIT, sentence, english)
    sentence = f"{told}：请改用较新的程序（其迁移须含 {oldest}）"
    return refused("database.schema-newer", sentence, english)


async def _of_rights(connection: asyncpg.Connection) -> Finding:
    table = await connection.fetchval(_TABLES_WITHOUT_RIGHTS)
    if table is not None:
        return refused(
            "database.rights",
            f"数据库用户不能读写表 {table}：请授予 SELECT、INSERT、UPDATE、DELETE 权限，"
            "或改用执行 migrate 的用户",
            f"the role may not read and write {table}",
        )
    if not await connection.fetchval(_MAKES_MONTHS):
        return refused(
            "database.rights",
            "数据库用户不能在 backbone 中建立每月的分区：请授予其所有者角色，"
            "或改用执行 migrate 的用户",
            "the role may not make the monthly partitions in backbone",
        )
    return fit("database.rights")
