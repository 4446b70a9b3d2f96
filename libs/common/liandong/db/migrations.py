"""Migrations: the tables of the mechanism, and running a service's own with alembic.

A service's ``migrations/env.py`` is one line (``run_environment(Base.metadata)``); its first
revision calls :func:`create_backbone`.
"""

import asyncio
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, TypeDecorator, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from liandong.db.engine import sqlalchemy_url
from liandong.db.revisions import heads
from liandong.definition import ServiceDefinition

SQL_FOLDER = Path(__file__).parent / "backbone"
LOCK_TIMEOUT = "5s"
_MIGRATION_LOCK = 0x4C44_0005_0000_0000


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
    return found


def migrate(definition: ServiceDefinition, url: str, revision: str = "head") -> None:
    """Brings the database to ``revision``; two callers at once run one after the other."""
    command.upgrade(config(definition, url), revision)


def downgrade(definition: ServiceDefinition, url: str, revision: str) -> None:
    command.downgrade(config(definition, url), revision)


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
            await connection.run_sync(_run, options.attributes["metadata"])
    finally:
        await engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _MIGRATION_LOCK})
    connection.commit()
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


def _render_item(kind: str, item: Any, context_: Any) -> str | Literal[False]:
    """Migrations name database types only: they must run when the code has changed."""
    del context_
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False
