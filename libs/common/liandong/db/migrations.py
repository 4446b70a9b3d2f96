"""Migrations: the tables of the mechanism, and running a service's own with alembic.

A service's ``migrations/env.py`` is one line (``run_environment(Base.metadata)``); its first
revision calls :func:`create_backbone`.
"""

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import asyncpg
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, TypeDecorator, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from liandong.db.engine import UnfitDatabase, sqlalchemy_url
from liandong.db.errors import is_locked, is_retryable
from liandong.db.revisions import heads
from liandong.definition import ServiceDefinition

SQL_FOLDER = Path(__file__).parent / "backbone"
LOCK_TIMEOUT = "3s"
"""What a revision waits for a table. Whoever comes after it waits as long: less than the five
seconds that a request waits, so that no request fails for it."""
ATTEMPTS = 12
"""Of a revision that did not get its table: with the pauses about three minutes."""
LONGEST_PAUSE = 20.0
TURN_SECONDS = 1800.0
_MIGRATION_LOCK = 0x4C44_0005_0000_0000

_TRY_TURN = text("SELECT pg_try_advisory_lock(:lock)")
_HAS_BELONGING = text("SELECT to_regclass('backbone.belonging') IS NOT NULL")
_OWNER = text("SELECT service FROM backbone.belonging")
_BELONG = text(
    "INSERT INTO backbone.belonging (service, oldest) VALUES (:service, :oldest)"
    " ON CONFLICT (single) DO UPDATE SET oldest = EXCLUDED.oldest"
)


def create_backbone(operations: Any, number: int) -> None:
    """Runs one numbered script of the mechanism's schema inside a service's revision."""
    script = _script(number)
    connection = operations.get_bind()
    connection.execute(text("SELECT 1"))  # the driver opens its transaction with a statement
    connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(script))


def backbone_script() -> str:
    """All scripts of the mechanism's schema in their order, for databases without a service."""
    return "".join(_script(number + 1) for number in range(len(list(SQL_FOLDER.glob("*.sql")))))


def _script(number: int) -> str:
    return (SQL_FOLDER / f"{number:04}.sql").read_text(encoding="utf-8")


def drop_backbone(operations: Any) -> None:
    operations.execute("DROP SCHEMA backbone CASCADE")


def config(definition: ServiceDefinition, url: str) -> Config:
    """Alembic's configuration of a service on a database."""
    found = Config()
    found.set_main_option("script_location", str(definition.migrations))
    found.attributes["url"] = url
    found.attributes["metadata"] = definition.metadata
    found.attributes["service"] = definition.package
    return found


def migrate(
    definition: ServiceDefinition,
    url: str,
    revision: str = "head",
    *,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Brings the database to ``revision``; two callers at once run one after the other.

    Each revision is a transaction that waits for a lock no longer than ``LOCK_TIMEOUT``. One that
    did not get it has changed nothing and is tried again, later and later. Raises UnfitDatabase for
    the database of another service, and when the last attempt got no lock either: what ran before
    stays, and the next ``migrate`` goes on from there.
    """
    _patiently(lambda: command.upgrade(config(definition, url), revision), attempts, pause)


def downgrade(
    definition: ServiceDefinition,
    url: str,
    revision: str,
    *,
    attempts: int = ATTEMPTS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Takes the database back, as carefully. Raises as :func:`migrate`."""
    _patiently(lambda: command.downgrade(config(definition, url), revision), attempts, pause)


def _patiently(work: Callable[[], None], attempts: int, pause: Callable[[float], None]) -> None:
    for attempt in range(1, attempts + 1):
        try:
            return work()
        except (DBAPIError, asyncpg.PostgresError) as error:
            if not (is_locked(error) or is_retryable(error)):
                raise
            if attempt == attempts:
                raise UnfitDatabase(
                    f"数据库正忙：{attempts} 次都未能在 {LOCK_TIMEOUT} 内取得表锁，本步没有改动任何"
                    "内容；请结束长时间的事务（pg_stat_activity），或在业务较少时再执行 migrate"
                ) from None
        # The pauses of several services that migrate at once shall not keep step.
        pause(min(2.0 ** (attempt - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.0))  # noqa: S311


def check(definition: ServiceDefinition, url: str) -> None:
    """Raises alembic's error when the tables in the code differ from the migrated ones."""
    command.check(config(definition, url))


def new_revision(definition: ServiceDefinition, url: str, message: str) -> None:
    """Writes a revision with what differs between the code and the database, to be reviewed."""
    number = max(int(head) for head in heads(definition)) + 1
    command.revision(
        config(definition, url), message=message, autogenerate=True, rev_id=f"{number:04}"
    )


def run_environment() -> None:
    """The whole of a service's ``migrations/env.py``."""
    asyncio.run(_run_online())


async def _run_online() -> None:
    options = context.config
    engine = create_async_engine(sqlalchemy_url(options.attributes["url"]), poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await _take_turn(connection)
            await connection.run_sync(
                _run, options.attributes["metadata"], options.attributes["service"]
            )
    finally:
        await engine.dispose()


async def _take_turn(connection: AsyncConnection) -> None:
    """Asks again and again instead of waiting in the database: an index that is built beside the
    traffic waits for every transaction, also for one that only waits for its turn."""
    try:
        async with asyncio.timeout(TURN_SECONDS):
            while not await connection.scalar(_TRY_TURN, {"lock": _MIGRATION_LOCK}):
                await connection.commit()
                await asyncio.sleep(0.2)
    except TimeoutError:
        minutes = TURN_SECONDS / 60
        raise UnfitDatabase(
            f"另一次 migrate 已运行 {minutes:g} 分钟：请等它结束，或先查明它在等什么"
        ) from None
    await connection.commit()


def _run(connection: Connection, metadata: MetaData, service: str) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    _assert_ours(connection, service)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=False,
        render_item=_render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if connection.scalar(_HAS_BELONGING):
        connection.execute(_BELONG, {"service": service, "oldest": _oldest(connection)})
    connection.commit()


def _oldest(connection: Connection) -> str | None:
    """The revision that code must know to work with the schema as it is now: what the latest
    contraction names."""
    scripts = ScriptDirectory.from_config(context.config)
    present = MigrationContext.configure(connection).get_current_heads()
    for script in scripts.iterate_revisions(present, "base"):
        if named := getattr(script.module, "contracts", None):
            return str(named)
    return None


def _assert_ours(connection: Connection, service: str) -> None:
    """The revisions of all services are numbered alike: another's tables would be changed."""
    owner = connection.scalar(_OWNER) if connection.scalar(_HAS_BELONGING) else service
    connection.commit()
    if owner not in (None, service):
        raise UnfitDatabase(
            f"这是 {owner} 服务的数据库，不是 {service} 的，没有改动：请改正数据库地址"
        )


def _render_item(kind: str, item: Any, context_: Any) -> str | Literal[False]:
    """Migrations name database types only: they must run when the code has changed."""
    del context_
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False
