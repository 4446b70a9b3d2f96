"""What a group has handled, holds and is handling: the consumer's tables, one function a query."""

import json
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from liandong.events.deliveries import Item
from liandong.transports.base import Delivery


async def take_new(session: AsyncSession, group: str, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Puts the events into the inbox; gives those that were not there. Of two that try at once
    the second waits for the first's commit and then finds the event there."""
    if not ids:
        return set()
    fresh = await session.scalars(
        text(
            "INSERT INTO backbone.inbox (event_id, consumer_group)"
            " SELECT id, :group FROM unnest(CAST(:ids AS uuid[])) AS id"
            " ON CONFLICT DO NOTHING RETURNING event_id"
        ),
        {"group": group, "ids": sorted(ids)},
    )
    return set(fresh)


async def without_stale(session: AsyncSession, group: str, items: Sequence[Item]) -> list[Item]:
    """Leaves out events older than one already handled for the same aggregate."""
    if not items:
        return []
    streams = sorted({(item.envelope.source, item.envelope.subject) for item in items})
    names = {
        "group": group,
        "sources": [source for source, _ in streams],
        "subjects": [subject for _, subject in streams],
    }
    rows = await session.execute(
        text("""
            SELECT v.source, v.subject, v.sequence FROM backbone.stream_version v
            JOIN unnest(CAST(:sources AS text[]), CAST(:subjects AS text[]))
              AS s (source, subject) ON v.source = s.source AND v.subject = s.subject
            WHERE v.consumer_group = :group
            ORDER BY v.source, v.subject FOR UPDATE OF v
        """),
        names,
    )
    seen = {(row.source, row.subject): row.sequence for row in rows}
    current: list[Item] = []
    for item in items:
        stream = (item.envelope.source, item.envelope.subject)
        if item.envelope.sequence > seen.get(stream, -1):
            seen[stream] = item.envelope.sequence
            current.append(item)
    await session.execute(
        text("""
            INSERT INTO backbone.stream_version AS v (consumer_group, source, subject, sequence)
            SELECT :group, s.source, s.subject, s.sequence
            FROM unnest(CAST(:sources AS text[]), CAST(:subjects AS text[]),
                        CAST(:sequences AS bigint[])) AS s (source, subject, sequence)
            ON CONFLICT (consumer_group, source, subject)
            DO UPDATE SET sequence = greatest(v.sequence, excluded.sequence)
        """),
        names | {"sequences": [seen[stream] for stream in streams]},
    )
    return current


async def held_among(
    session: AsyncSession, group: str, places: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Which (topic, key) are held; waits while one of them is being driven."""
    ordered = sorted(places)
    rows = await session.execute(
        text("""
            SELECT h.topic, h.key FROM backbone.held_key h
            JOIN unnest(CAST(:topics AS text[]), CAST(:keys AS text[])) AS p (topic, key)
              ON h.topic = p.topic AND h.key = p.key
            WHERE h.consumer_group = :group
            ORDER BY h.topic, h.key FOR SHARE OF h
        """),
        {
            "group": group,
            "topics": [topic for topic, _ in ordered],
            "keys": [key for _, key in ordered],
        },
    )
    return {(row.topic, row.key) for row in rows}


async def hold_key(
    session: AsyncSession, group: str, topic: str, key: str, delay: float | None
) -> None:
    """Holds the key; ``delay`` is seconds to the next attempt, None waits for a person."""
    await session.execute(
        text("""
            INSERT INTO backbone.held_key (consumer_group, topic, key, next_attempt_at)
            VALUES (:group, :topic, :key, clock_timestamp() + make_interval(secs => :delay))
            ON CONFLICT (consumer_group, topic, key) DO NOTHING
        """),
        {"group": group, "topic": topic, "key": key, "delay": delay},
    )


async def write_letter(
    session: AsyncSession,
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
    written = await session.scalar(
        text("""
            INSERT INTO backbone.dead_letter
                (id, consumer_group, key, event_id, type, status, reason, detail, attempts, topic,
                 lane, source_offset, headers, payload, last_attempt_at)
            SELECT gen_random_uuid(), :group, :key, :event_id, :type, :status, :reason, :detail,
                   :attempts, :topic, :lane, :offset, CAST(:headers AS jsonb), :payload,
                   clock_timestamp()
            WHERE NOT EXISTS (SELECT 1 FROM backbone.inbox
                              WHERE event_id = :event_id AND consumer_group = :group)
            ON CONFLICT (consumer_group, event_id) DO NOTHING
            RETURNING id
        """),
        {
            "group": group,
            "key": key,
            "event_id": event_id,
            "type": event_type[:200],
            "status": status,
            "reason": reason[:200],
            "detail": detail[:2000],
            "attempts": attempts,
            "topic": delivery.topic,
            "lane": delivery.lane,
            "offset": delivery.offset,
            "headers": json.dumps(delivery.attributes, default=str).replace("\\u0000", ""),
            "payload": delivery.payload,
        },
    )
    return written is not None


async def mark_run(
    engine: AsyncEngine, group: str, lane: str, ids: Sequence[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Writes down what is about to be handled; gives what stood there, which was not finished.

    The commit does not wait for the disk: the marker must outlive this process, not the server.
    """
    names = {"group": group, "lane": lane}
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL synchronous_commit = off"))
        left = await connection.scalar(
            text(
                "SELECT event_ids FROM backbone.consumer_run"
                " WHERE consumer_group = :group AND lane = :lane FOR UPDATE"
            ),
            names,
        )
        await connection.execute(
            text("""
                INSERT INTO backbone.consumer_run (consumer_group, lane, event_ids)
                VALUES (:group, :lane, CAST(:ids AS uuid[]))
                ON CONFLICT (consumer_group, lane)
                DO UPDATE SET event_ids = excluded.event_ids, started_at = clock_timestamp()
            """),
            names | {"ids": list(ids)},
        )
    return frozenset(left or ())


async def finish_run(session: AsyncSession, group: str, lane: str) -> None:
    """Takes the marker away; inside the transaction of what it told of."""
    await session.execute(
        text("DELETE FROM backbone.consumer_run WHERE consumer_group = :group AND lane = :lane"),
        {"group": group, "lane": lane},
    )
