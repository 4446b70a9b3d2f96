"""世代: which copy of its database a service works on.

A database that was restored to an earlier point has forgotten what others have seen: it would
give the versions of its aggregates and the positions of its feed a second time, consumers would
take the new events for old ones, and what was paid would be paid again. So a service remembers in
its database where that database was (cluster, database), and refuses to start elsewhere until
``liandong recover`` has begun a new incarnation, with versions and positions above all that were
given before.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg
from sqlalchemy import Table

from liandong.db.engine import UnfitDatabase, connect
from liandong.definition import ServiceDefinition
from liandong.settings import Settings

VERSIONS = 1_000_000
"""By how much a new incarnation raises every version; no aggregate changes that often in one."""
POSITIONS = 1_000_000_000_000
"""The feed's positions of incarnation n begin above n - 1 times this."""

_PLACE = """
    SELECT oid::bigint AS database_oid,
           substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline
    FROM pg_database WHERE datname = current_database()
"""
_LATEST = """
    SELECT number, system_identifier, database_oid, timeline
    FROM backbone.incarnation ORDER BY number DESC LIMIT 1
"""
_FIRST = """
    INSERT INTO backbone.incarnation
        (number, system_identifier, database_oid, timeline, begun_by)
    VALUES (1, $1, $2, $3, 'system') ON CONFLICT DO NOTHING
"""
_NEXT = """
    INSERT INTO backbone.incarnation
        (number, system_identifier, database_oid, timeline, begun_by)
    VALUES ($1, $2, $3, $4, $5)
"""
_OUTBOX = """
    UPDATE backbone.outbox SET headers = jsonb_set(
        headers, '{sequence}', to_jsonb((CAST(headers->>'sequence' AS bigint) + $1)::text))
"""
_VERSIONED = frozenset({"id", "version", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is. A dump that is restored has another place; a base backup or a replica
    that is promoted has the same place on another timeline."""

    system_identifier: str
    database_oid: int
    timeline: str

    def same_database(self, other: "Place") -> bool:
        ours, theirs = self.system_identifier, other.system_identifier
        return self.database_oid == other.database_oid and (ours == theirs or not (ours and theirs))


@dataclass(frozen=True, slots=True)
class Incarnation:
    number: int
    place: Place


async def place_of(sql: asyncpg.Connection) -> Place:
    """Where the connection's database is. A server that does not tell of itself has no name. Raises
    :class:`UnfitDatabase` while the server recovers, or follows another."""
    try:
        row = await sql.fetchrow(_PLACE)
    except asyncpg.ObjectNotInPrerequisiteStateError:
        raise UnfitDatabase(
            "数据库服务器正在恢复，或是另一台服务器的只读副本：请待恢复完成后再启动，或改连主库"
        ) from None
    assert row is not None
    try:
        named = await sql.fetchval("SELECT system_identifier::text FROM pg_control_system()")
    except asyncpg.PostgresError:
        named = ""
    return Place(str(named), row["database_oid"], row["timeline"])


async def latest(sql: asyncpg.Connection) -> Incarnation | None:
    """The present incarnation; None before the first start."""
    row = await sql.fetchrow(_LATEST)
    if row is None:
        return None
    place = Place(row["system_identifier"], row["database_oid"], row["timeline"])
    return Incarnation(row["number"], place)


async def assert_not_restored(settings: Settings) -> None:
    """At the start of a process; remembers the place at the very first.

    Raises :class:`UnfitDatabase` when the database was restored or copied. Another timeline alone
    is a fail-over or a recovery in place: with Kafka, whether something was lost is asked of the
    topic (:mod:`liandong.reconciliation.guard`); without, nobody can tell, and it is refused too.
    """
    sql = await connect(settings, "incarnation")
    try:
        place, known = await place_of(sql), await latest(sql)
        if known is None:
            await sql.execute(_FIRST, place.system_identifier, place.database_oid, place.timeline)
            return
    finally:
        await sql.close()
    moved = known.place.timeline != place.timeline and settings.transport == "feed"
    if moved or not known.place.same_database(place):
        raise UnfitDatabase(
            "数据库是恢复或复制而来的，直接运行会重复使用已发布过的版本号：请先核对"
            f"（liandong reconcile），再执行 liandong recover --service {settings.service}"
        )


def versioned(definition: ServiceDefinition) -> list[Table]:
    """The tables whose rows are aggregates: their versions are the sequences of events."""
    tables: Iterable[Table] = definition.metadata.sorted_tables
    return [table for table in tables if set(table.columns.keys()) >= _VERSIONED]


async def begin_next(sql: asyncpg.Connection, definition: ServiceDefinition, by: str) -> int:
    """Begins a new incarnation inside the caller's transaction; its number.

    No process of the service may be running. Raises every aggregate's version, what waits in the
    outbox and the feed's next position above all that earlier incarnations can have given.
    """
    await sql.execute("SET LOCAL statement_timeout = 0")
    place, known = await place_of(sql), await latest(sql)
    number = (known.number if known else 1) + 1
    for table in versioned(definition):
        named = f'"{table.name}"' if table.schema is None else f'"{table.schema}"."{table.name}"'
        await sql.execute(f"UPDATE {named} SET version = version + $1", VERSIONS)  # noqa: S608
    await sql.execute(_OUTBOX, VERSIONS)
    await sql.execute(
        "SELECT setval('backbone.event_feed_position',"
        " greatest($1, (SELECT last_value FROM backbone.event_feed_position)))",
        (number - 1) * POSITIONS,
    )
    await sql.execute(
        _NEXT, number, place.system_identifier, place.database_oid, place.timeline, by
    )
    return number
