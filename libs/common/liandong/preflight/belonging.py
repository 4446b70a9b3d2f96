"""归属: whose database this is, kept in its own row. It travels with a backup."""

from uuid import UUID

import asyncpg

from liandong.definition import ServiceDefinition
from liandong.ids import uuid7
from liandong.preflight.findings import Finding, Refused, refused
from liandong.settings import Settings

READ = "SELECT service, environment, id FROM backbone.belonging"
_TAKE = """
    INSERT INTO backbone.belonging AS b (service, environment, id) VALUES ($1, $2, $3)
    ON CONFLICT (single) DO UPDATE SET environment = coalesce(b.environment, EXCLUDED.environment),
                                     id = coalesce(b.id, EXCLUDED.id)
    WHERE b.service = EXCLUDED.service
"""
_ADOPT = "UPDATE backbone.belonging SET environment = $1, id = $2 WHERE service = $3"


async def belongs(
    definition: ServiceDefinition,
    settings: Settings,
    connection: asyncpg.Connection,
    *,
    take: bool,
) -> UUID | None:
    """The database's own id. ``take``: one that belongs to nobody is ours from now on; otherwise
    None for such a one.

    Raises :class:`Refused` for the database of another service or of another environment.
    """
    row = await connection.fetchrow(READ)
    if take and (row is None or row["id"] is None):
        await connection.execute(_TAKE, definition.package, settings.environment, uuid7())
        row = await connection.fetchrow(READ)
    if row is None:
        return None
    if row["service"] != definition.package:
        raise Refused(_other_service(row["service"], definition.package))
    if row["environment"] not in (None, settings.environment):
        raise Refused(_other_environment(row["environment"], settings.environment))
    return row["id"]


async def adopt(
    definition: ServiceDefinition, settings: Settings, connection: asyncpg.Connection
) -> UUID:
    """Makes another environment's copy a database of this one, with an id of its own.

    Raises :class:`Refused` for the database of another service, and for one that is this
    environment's already: with another id it would be refused by its own topics.
    """
    row = await connection.fetchrow(READ)
    if row is not None and row["service"] != definition.package:
        raise Refused(_other_service(str(row["service"]), definition.package))
    if row is not None and row["id"] is not None and row["environment"] == settings.environment:
        raise Refused(_ours_already(settings))
    made = uuid7()
    done = await connection.execute(_ADOPT, settings.environment, made, definition.package)
    if done != "UPDATE 1":
        service = await connection.fetchval("SELECT service FROM backbone.belonging")
        raise Refused(_other_service(str(service), definition.package))
    return made


def copied_from(row: asyncpg.Record | None, settings: Settings) -> str | None:
    """The other environment whose copy the database is; None: it is ours, or nobody's yet.
    ``row``: what :data:`READ` gives."""
    theirs = None if row is None else row["environment"]
    return None if theirs in (None, settings.environment) else str(theirs)


def _ours_already(settings: Settings) -> Finding:
    return refused(
        "belonging.environment",
        f"这已经是 {settings.environment} 环境的数据库，不必认领，没有改动："
        f"若是恢复出来的，请执行 liandong recover --service {settings.service}",
        f"the database belongs to {settings.environment} already",
    )


def _other_service(theirs: str, ours: str) -> Finding:
    return refused(
        "belonging.service",
        f"这是 {theirs} 服务的数据库，不是 {ours} 的：请改正 LIANDONG_{ours.upper()}_DATABASE_URL",
        f"the database belongs to {theirs}, not to {ours}",
    )


def _other_environment(theirs: str, ours: str) -> Finding:
    return refused(
        "belonging.environment",
        f"这是 {theirs} 环境的数据库，而 LIANDONG_ENVIRONMENT 是 {ours}：请改正其一；"
        "若是恢复出来的副本，请执行 liandong adopt",
        f"the database belongs to the environment {theirs}, not to {ours}",
    )
