"""How one service stands, read from its own database and the feeds of those it listens to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from liandong.cli.failure import CommandFailed, Unreachable
from liandong.cli.options import clock_of, database
from liandong.contracts.definitions import definition_of
from liandong.db.revisions import heads
from liandong.definition import ServiceDefinition
from liandong.events.feed import read_cursor, write_cursor
from liandong.settings import Settings

Standing = dict[str, Any]

_ONE_ROW = text("""
    SELECT (SELECT count(*) FROM backbone.outbox) AS rows,
           (SELECT extract(epoch FROM clock_timestamp() - min(written_at))::float8
              FROM backbone.outbox) AS oldest_seconds,
           (SELECT count(*) FROM backbone.outbox_blocked) AS blocked_keys,
           (SELECT coalesce(max(position), 0) FROM backbone.event_feed) AS head,
           (SELECT count(*) FROM backbone.audit_pending) AS unsealed,
           (SELECT count(*) FROM backbone.deadline
             WHERE state = 'open' AND due_at <= :now) AS overdue,
           (SELECT count(*) FROM backbone.deadline WHERE state = 'failed') AS failed,
           (SELECT min(due_at) FROM backbone.deadline
             WHERE state = 'open' AND due_at <= :now) AS oldest_due_at
""")
_CURSORS = text("SELECT consumer_group, source, cursor, moved_at FROM backbone.feed_cursor")
_HELD = text("SELECT consumer_group, count(*) AS keys FROM backbone.held_key GROUP BY 1")
_LETTERS = text(
    "SELECT consumer_group, status, count(*) AS letters FROM backbone.dead_letter GROUP BY 1, 2"
)


async def standing_of(settings: Settings) -> Standing:
    """The service's figures; ``reachable`` is false, with the reason, when there are none."""
    try:
        definition = definition_of(settings.service)
        async with database(settings) as engine, engine.connect() as connection:
            schema = await _schema(connection, definition)
            figures = await _figures(connection, clock_of(settings).now())
            groups = await _groups(connection, settings, definition)
    except Unreachable as error:
        return {"service": settings.service, "reachable": False, "reason": str(error)}
    return {
        "service": settings.service,
        "reachable": True,
        "transport": settings.transport,
        "schema": schema,
        **figures,
        "groups": groups,
    }


def join_lags(standings: Sequence[Standing]) -> None:
    """Adds to each group how far it is behind, where the other service answered too."""
    heads_of = {one["service"]: one["feed"]["head"] for one in standings if one["reachable"]}
    for one in standings:
        for group in one.get("groups", ()):
            for source in group["sources"]:
                head = heads_of.get(source["source"])
                if head is not None and source["position"] is not None:
                    source["lag"] = max(head - source["position"], 0)


def needs_attention(standing: Standing) -> bool:
    """Something waits for a person."""
    if not standing["reachable"]:
        return True
    return bool(
        not standing["schema"]["ok"]
        or standing["outbox"]["blocked_keys"]
        or standing["deadlines"]["failed"]
        or any(group["dead_letters"].get("dead") for group in standing["groups"])
    )


async def _schema(connection: AsyncConnection, definition: ServiceDefinition) -> dict[str, Any]:
    expected = set(heads(definition))
    found = set((await connection.scalars(text("SELECT version_num FROM alembic_version"))).all())
    return {"ok": found == expected, "found": sorted(found), "expected": sorted(expected)}


async def _figures(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    row = (await connection.execute(_ONE_ROW, {"now": now})).one()
    return {
        "outbox": {
            "rows": row.rows,
            "oldest_seconds": row.oldest_seconds,
            "blocked_keys": row.blocked_keys,
        },
        "feed": {"head": row.head, "cursor": write_cursor(row.head)},
        "audit": {"unsealed": row.unsealed},
        "deadlines": {
            "overdue": row.overdue,
            "failed": row.failed,
            "oldest_due_at": row.oldest_due_at,
        },
    }


async def _groups(
    connection: AsyncConnection, settings: Settings, definition: ServiceDefinition
) -> list[dict[str, Any]]:
    cursors = {(row.consumer_group, row.source): row for row in await connection.execute(_CURSORS)}
    held = {row.consumer_group: row.keys for row in await connection.execute(_HELD)}
    letters: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await connection.execute(_LETTERS):
        letters[row.consumer_group][row.status] = row.letters
    sources = {group.name: group.services() for group in definition.groups}
    names = [*sources, *sorted((set(letters) | set(held)) - set(sources))]
    return [
        {
            "group": name,
            "held_keys": held.get(name, 0),
            "dead_letters": letters.get(name, {}),
            "sources": [
                _source(source, cursors.get((name, source)), settings)
                for source in sources.get(name, [])
            ],
        }
        for name in names
    ]


def _source(source: str, row: Any, settings: Settings) -> dict[str, Any]:
    """Where a group stands in a feed; on Kafka the broker knows, not the database."""
    found: dict[str, Any] = {"source": source, "position": None, "moved_at": None, "lag": None}
    if settings.transport == "feed":
        found["position"] = 0
        if row is not None:
            found |= {"position": _position(row.cursor), "moved_at": row.moved_at}
    return found


def _position(cursor: str) -> int:
    try:
        return read_cursor(cursor)
    except Exception as error:
        raise CommandFailed(f"库中的游标 {cursor!r} 无法识别") from error
