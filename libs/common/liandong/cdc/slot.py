"""复制槽: from where on a connector reads the outbox in the database's log, and who publishes.

The publication ``liandong_outbox`` names the table; the slot keeps the log until the connector has
told that Kafka has taken it. A comment on the publication says that the connector publishes: it is
written when everything older than the slot has been published by the relay, and taken away when
the connector has published everything that was deleted from the outbox. Between the two no relay
may produce, and without it no worker may delete what a relay has not produced.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from liandong.settings import Settings

PUBLICATION: Final = "liandong_outbox"
PLUGIN: Final = "pgoutput"
MARK: Final = "cdc"
"""The comment on the publication while the connector publishes."""
LOST: Final = "cdc lost"
"""The comment once a worker has missed the slot: one that is made anew has a gap before it."""
LONGEST_NAME: Final = 63
PAUSE_SECONDS: Final = 0.2

_STANDING = """
    SELECT obj_description(p.oid, 'pg_publication') AS mark, s.slot_name AS slot,
           coalesce(s.active, false) AS active, coalesce(s.wal_status, '') AS wal_status,
           s.confirmed_flush_lsn AS confirmed,
           pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn)::bigint AS behind
    FROM (VALUES ($1)) AS wanted (slot)
    LEFT JOIN pg_publication p ON p.pubname = $2
    LEFT JOIN pg_replication_slots s
      ON s.slot_name = wanted.slot AND s.plugin = $3 AND s.database = current_database()
"""


class UnfitSlot(RuntimeError):
    """CDC cannot begin, or end, like this; the message says in one sentence what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says. ``marked``: the connector publishes. ``lost``: the slot was
    invalidated, or was away for a while. ``behind``: bytes of the log that the connector has not
    confirmed; None without a slot."""

    marked: bool
    exists: bool
    active: bool
    lost: bool
    behind: int | None

    @property
    def safe(self) -> bool:
        """Whether what is deleted from the outbox reaches the connector all the same."""
        return self.marked and self.exists and not self.lost


def slot_name(service: str, prefix: str) -> str:
    """The slots of all databases of a server share one space of names."""
    name = f"{prefix}liandong_{service}".lower()
    return re.sub(r"[^a-z0-9_]", "_", name)[:LONGEST_NAME]


def slot_of(settings: Settings) -> str:
    return slot_name(settings.service, settings.topic_prefix)


async def standing(sql: asyncpg.Connection, settings: Settings) -> Standing:
    row = await sql.fetchrow(_STANDING, slot_of(settings), PUBLICATION, PLUGIN)
    assert row is not None
    return Standing(
        marked=row["mark"] in (MARK, LOST),
        exists=row["slot"] is not None,
        active=row["active"],
        lost=row["wal_status"] == "lost" or row["mark"] == LOST,
        behind=row["behind"],
    )


async def make(sql: asyncpg.Connection, settings: Settings) -> None:
    """The publication and the slot, unless they are there. Raises :class:`UnfitSlot`."""
    level = await sql.fetchval("SHOW wal_level")
    if level != "logical":
        raise UnfitSlot(
            f"{settings.service}：数据库的 wal_level 为 {level}：请改为 logical 并重启数据库"
        )
    found = await standing(sql, settings)
    if found.lost or (found.marked and not found.exists):
        raise UnfitSlot(
            f"{settings.service}：复制槽 {slot_of(settings)} 已失效："
            "请先执行 liandong cdc end --lost"
        )
    try:
        if not await sql.fetchval("SELECT 1 FROM pg_publication WHERE pubname = $1", PUBLICATION):
            await sql.execute(
                f"CREATE PUBLICATION {PUBLICATION} FOR TABLE backbone.outbox"
                " WITH (publish = 'insert')"
            )
        if not found.exists:
            # From 17 on a standby that is kept in step takes the slot over.
            follows = sql.get_server_version().major >= 17
            await sql.execute(
                "SELECT pg_create_logical_replication_slot($1, $2"
                + (", false, false, true)" if follows else ")"),
                slot_of(settings),
                PLUGIN,
            )
    except asyncpg.InsufficientPrivilegeError as error:
        raise UnfitSlot(
            f"{settings.service}：数据库账号没有所需权限：请由管理员执行 "
            "deploy/debezium/roles.sql 中的语句"
        ) from error
    except asyncpg.ObjectNotInPrerequisiteStateError as error:
        raise UnfitSlot(
            f"{settings.service}：无法建立复制槽（{error}）：请检查 max_replication_slots"
        ) from error


async def waiting(sql: asyncpg.Connection) -> list[UUID]:
    """What is in the outbox now."""
    return [row["id"] for row in await sql.fetch("SELECT id FROM backbone.outbox")]


async def still_waiting(sql: asyncpg.Connection, ids: list[UUID]) -> int:
    """How many of them have not been published yet."""
    asked = "SELECT count(*) FROM backbone.outbox WHERE id = ANY($1::uuid[])"
    return int(await sql.fetchval(asked, ids) or 0)


async def mark(sql: asyncpg.Connection, comment: str | None) -> None:
    """Says that the connector publishes (MARK), that its slot was lost, or that it does not."""
    told = "NULL" if comment is None else f"'{comment}'"
    await sql.execute(f"COMMENT ON PUBLICATION {PUBLICATION} IS {told}")


async def written_to(sql: asyncpg.Connection) -> str:
    """The end of the log, as an LSN."""
    return str(await sql.fetchval("SELECT pg_current_wal_insert_lsn()::text"))


async def confirmed(sql: asyncpg.Connection, settings: Settings, until: str) -> bool:
    """Whether the connector has published everything before the LSN."""
    asked = """
        SELECT confirmed_flush_lsn >= $2::text::pg_lsn FROM pg_replication_slots
        WHERE slot_name = $1
    """
    return bool(await sql.fetchval(asked, slot_of(settings), until))


async def caught_up(sql: asyncpg.Connection, settings: Settings, seconds: float) -> bool:
    """Waits until the connector has published everything that is written by now; False when
    ``seconds`` go by. The connector tells its place with its heartbeat."""
    until, place = time.monotonic() + seconds, await written_to(sql)
    while not await confirmed(sql, settings, place):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(PAUSE_SECONDS)
    return True


async def drop(sql: asyncpg.Connection, settings: Settings) -> None:
    """The slot and the publication are gone. Raises :class:`UnfitSlot` while a connector reads."""
    try:
        await sql.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = $1",
            slot_of(settings),
        )
    except asyncpg.ObjectInUseError as error:
        raise UnfitSlot(
            f"{settings.service}：连接器仍在读取复制槽 {slot_of(settings)}："
            "请先停止该连接器，再重试"
        ) from error
    await sql.execute(f"DROP PUBLICATION IF EXISTS {PUBLICATION}")
