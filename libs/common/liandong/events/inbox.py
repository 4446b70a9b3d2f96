"""What a group has handled, holds and is handling: the consumer's tables, one function a query."""

import json
import uuid
from collections.abc import Collection, Sequence
from operator import attrgetter

import asyncpg

from liandong.events.deliveries import Item
from liandong.transports.base import Delivery

_TAKE = """
    INSERT INTO backbone.inbox (event_id, consumer_group)
    SELECT id, $1 FROM unnest($2::uuid[]) AS id
    ON CONFLICT DO NOTHING RETURNING event_id
"""
_VERSIONS = """
    SELECT v.source, v.subject, v.sequence FROM backbone.stream_version v
    JOIN unnest($2::text[], $3::text[]) AS s (source, subject)
      ON v.source = s.source AND v.subject = s.subject
    WHERE v.consumer_group = $1
    ORDER BY v.source, v.subject FOR UPDATE OF v
"""
_RAISE_VERSIONS = """
    INSERT INTO backbone.stream_version AS v (consumer_group, source, subject, sequence)
    SELECT $1, s.source, s.subject, s.sequence
    FROM unnest($2::text[], $3::text[], $4::bigint[]) AS s (source, subject, sequence)
    ON CONFLICT (consumer_group, source, subject)
    DO UPDATE SET sequence = greatest(v.sequence, excluded.sequence)
"""
_HELD = """
    SELECT h.topic, h.key FROM backbone.held_key h
    JOIN unnest($2::text[], $3::text[]) AS p (topic, key) ON h.topic = p.topic AND h.key = p.key
    WHERE h.consumer_group = $1
    ORDER BY h.topic, h.key FOR SHARE OF h
"""
_HOLD = """
    INSERT INTO backbone.held_key (consumer_group, topic, key, next_attempt_at)
    VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
    ON CONFLICT (consumer_group, topic, key) DO NOTHING
"""
_LETTER = """
    INSERT INTO backbone.dead_letter
        (id, consumer_group, key, event_id, type, status, reason, detail, attempts, topic,
         lane, source_offset, headers, payload, last_attempt_at)
    SELECT gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb,
           $13, clock_timestamp()
    WHERE NOT EXISTS (SELECT 1 FROM backbone.inbox WHERE event_id = $3 AND consumer_group = $1)
    ON CONFLICT (consumer_group, event_id) DO NOTHING
    RETURNING id
"""
_MARK = """
    WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)),
    turn AS (SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))),
    before AS (
        SELECT event_ids FROM turn CROSS JOIN backbone.consumer_run
        WHERE consumer_group = $1 AND lane = $2 FOR UPDATE OF consumer_run),
    marked AS (
        INSERT INTO backbone.consumer_run (consumer_group, lane, event_ids)
        VALUES ($1, $2, $3::uuid[])
        ON CONFLICT (consumer_group, lane)
        DO UPDATE SET event_ids = excluded.event_ids, started_at = clock_timestamp())
    SELECT event_ids FROM quick LEFT JOIN before ON true
"""
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))"
_FINISH = "DELETE FROM backbone.consumer_run WHERE consumer_group = $1 AND lane = $2"


async def take_new(
    sql: asyncpg.Connection, group: str, ids: Collection[uuid.UUID]
) -> set[uuid.UUID]:
    """Puts the events into the inbox; gives those that were not there. Of two that try at once
    the second waits for the first's commit and then finds the event there."""
    if not ids:
        return set()
    ordered = sorted(ids, key=attrgetter("int"))
    return {row["event_id"] for row in await sql.fetch(_TAKE, group, ordered)}


async def without_stale(sql: asyncpg.Connection, group: str, items: Sequence[Item]) -> list[Item]:
    """Leaves out events older than one already handled for the same aggregate."""
    if not items:
        return []
    streams = sorted({(item.envelope.source, item.envelope.subject) for item in items})
    sources, subjects = [one for one, _ in streams], [one for _, one in streams]
    rows = await sql.fetch(_VERSIONS, group, sources, subjects)
    seen = {(row["source"], row["subject"]): row["sequence"] for row in rows}
    current: list[Item] = []
    for item in items:
        stream = (item.envelope.source, item.envelope.subject)
        if item.envelope.sequence > seen.get(stream, -1):
            seen[stream] = item.envelope.sequence
            current.append(item)
    sequences = [seen[stream] for stream in streams]
    await sql.execute(_RAISE_VERSIONS, group, sources, subjects, sequences)
    return current


async def held_among(
    sql: asyncpg.Connection, group: str, places: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Which (topic, key) are held; waits while one of them is being driven."""
    ordered = sorted(places)
    topics, keys = [topic for topic, _ in ordered], [key for _, key in ordered]
    return {(row["topic"], row["key"]) for row in await sql.fetch(_HELD, group, topics, keys)}


async def hold_key(
    sql: asyncpg.Connection, group: str, topic: str, key: str, delay: float | None
) -> None:
    """Holds the key; ``delay`` is seconds to the next attempt, None waits for a person."""
    await sql.execute(_HOLD, group, topic, key, delay)


async def write_letter(
    sql: asyncpg.Connection,
    *,
    group: str,
    delivery: Delivery,
    event_id: uuid.UUID,
    event_type: str,
    key: str | None,
    status: str,
    reason: str,
    detail: str = "",
    attempts: int = 0,
) -> bool:
    """Sets a message aside; False when it was handled or set aside before."""
    headers = json.dumps(delivery.attributes, default=str).replace("\\u0000", "")
    written = await sql.fetchval(
        _LETTER, group, key, event_id, event_type[:200], status, reason[:200], detail[:2000],
        attempts, delivery.topic, delivery.lane, delivery.offset, headers, delivery.payload,
    )  # fmt: skip
    return written is not None


async def mark_run(
    sql: asyncpg.Connection, group: str, lane: str, ids: Sequence[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Writes down what is about to be handled; gives what stood there, which was not finished.

    Waits for a living worker in the lane (:func:`take_turn`), whose marker is gone when it is
    through. A transaction of its own, whose commit does not wait for the disk: the marker must
    outlive this process, not the server.
    """
    return frozenset(await sql.fetchval(_MARK, group, lane, list(ids)) or ())


async def take_turn(sql: asyncpg.Connection, group: str, lane: str) -> None:
    """Until the transaction ends nobody else handles events of the lane for the group."""
    await sql.execute(_TURN, group, lane)


async def finish_run(sql: asyncpg.Connection, group: str, lane: str) -> None:
    """Takes the marker away; inside the transaction of what it told of."""
    await sql.execute(_FINISH, group, lane)
