"""What a group has handled, holds and is handling: the consumer's tables, one function a query."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum
from operator import attrgetter
from typing import NamedTuple

import asyncpg

from liandong.events.deliveries import Item
from liandong.transports.base import Delivery

Stream = tuple[str, str]
"""Source and subject: one aggregate of one service."""

_TAKE = """
    WITH taken AS (
        INSERT INTO backbone.inbox (event_id, consumer_group)
        SELECT id, $1 FROM unnest($2::uuid[]) AS id
        ON CONFLICT DO NOTHING RETURNING event_id),
    raised AS (
        INSERT INTO backbone.stream_version AS v (consumer_group, source, subject, sequence)
        SELECT $1, $3, subject, sequence
        FROM unnest($4::text[], $5::bigint[]) AS new (subject, sequence)
        ON CONFLICT (consumer_group, source, subject)
        DO UPDATE SET sequence = excluded.sequence WHERE v.sequence < excluded.sequence
        RETURNING subject)
    SELECT
        ARRAY(SELECT id FROM unnest($2::uuid[]) AS id EXCEPT SELECT event_id FROM taken) AS known,
        ARRAY(SELECT subject FROM unnest($4::text[]) AS subject
              EXCEPT SELECT subject FROM raised) AS passed
"""
_VERSIONS = """
    SELECT subject, sequence FROM backbone.stream_version
    WHERE consumer_group = $1 AND source = $2 AND subject = ANY($3::text[])
    ORDER BY subject FOR UPDATE
"""
_ANY_HELD = "SELECT EXISTS (SELECT 1 FROM backbone.held_key WHERE consumer_group = $1)"
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
    turns AS (
        SELECT count(turn) FROM (
            SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || lane, 0)) IS NULL AS turn
            FROM unnest($2::text[]) AS lane) AS each),
    before AS (
        SELECT event_ids, attempt FROM turns CROSS JOIN backbone.consumer_run
        WHERE consumer_group = $1 AND lane = ANY($2) ORDER BY lane FOR UPDATE OF consumer_run),
    marked AS (
        INSERT INTO backbone.consumer_run (consumer_group, lane, event_ids, attempt)
        SELECT $1, lane, ids::uuid[], $4 FROM unnest($2::text[], $3::text[]) AS new (lane, ids)
        ON CONFLICT (consumer_group, lane)
        DO UPDATE SET event_ids = excluded.event_ids, attempt = excluded.attempt,
                      started_at = clock_timestamp())
    SELECT event_ids, attempt FROM quick LEFT JOIN before ON true
"""
_TURNS = """
    SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || lane, 0))
    FROM unnest($2::text[]) AS lane
"""
_FINISH = "DELETE FROM backbone.consumer_run WHERE consumer_group = $1 AND lane = ANY($2)"


class Attempt(IntEnum):
    """How events are handled whose handling is written down."""

    TOGETHER = 0
    AGAIN = 1
    """Together once more: the process of the first attempt was killed, most likely by chance."""
    ALONE = 2
    """One of those whose process was killed twice."""


class Run(NamedTuple):
    """What one lane's worker was handling."""

    events: frozenset[uuid.UUID]
    attempt: Attempt


class Taken(NamedTuple):
    """What is to be handled, in order, and how many were left out, and why."""

    current: list[Item]
    duplicates: int
    stale: int


async def take_new(sql: asyncpg.Connection, group: str, items: Sequence[Item]) -> Taken:
    """Puts the events into the inbox and raises the versions of their aggregates.

    Leaves out what was there before, and what is older than an event already handled for the
    same aggregate. Of two that try at once the second waits for the first's commit.
    """
    known: set[uuid.UUID] = set()
    passed: dict[Stream, int] = {}
    """Streams of which the first events, or all of them, are too old: up to which version."""
    for source in sorted({item.envelope.source for item in items}):
        mine = [item.envelope for item in items if item.envelope.source == source]
        newest: dict[str, int] = {}
        several: set[str] = set()
        for one in mine:
            if newest.setdefault(one.subject, one.sequence) != one.sequence:
                several.add(one.subject)
                newest[one.subject] = max(newest[one.subject], one.sequence)
        for row in await sql.fetch(_VERSIONS, group, source, sorted(several)) if several else ():
            passed[source, row["subject"]] = row["sequence"]
        ids = sorted({one.id for one in mine}, key=attrgetter("bytes"))
        subjects = sorted(newest)
        versions = [newest[subject] for subject in subjects]
        found = await sql.fetchrow(_TAKE, group, ids, source, subjects, versions)
        assert found is not None
        known.update(found["known"])
        passed |= {(source, subject): newest[subject] for subject in found["passed"]}
    return _sorted_out(items, known, passed)


def _sorted_out(items: Sequence[Item], known: set[uuid.UUID], passed: dict[Stream, int]) -> Taken:
    current: list[Item] = []
    duplicates = 0
    handled: dict[Stream, int] = {}
    for item in items:
        one = item.envelope
        stream = (one.source, one.subject)
        if one.id in known:
            duplicates += 1
        elif one.sequence > passed.get(stream, -1) and one.sequence > handled.get(stream, -1):
            handled[stream] = one.sequence
            current.append(item)
    return Taken(current, duplicates, len(items) - duplicates - len(current))


async def held_among(
    sql: asyncpg.Connection, group: str, places: Collection[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Which (topic, key) are held; waits while one of them is being driven."""
    if not await sql.fetchval(_ANY_HELD, group):
        return set()
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
    sql: asyncpg.Connection,
    group: str,
    lanes: Mapping[str, Sequence[uuid.UUID]],
    attempt: Attempt,
) -> list[Run]:
    """Writes down what is about to be handled; gives what stood there for each lane, which was
    not finished.

    Waits for a living worker in each lane (:func:`take_turns`), whose marker is gone when it is
    through. A transaction of its own, whose commit does not wait for the disk: the marker must
    outlive this process, not the server.
    """
    ordered = sorted(lanes)
    ids = [f"{{{','.join(map(str, lanes[lane]))}}}" for lane in ordered]
    left = await sql.fetch(_MARK, group, ordered, ids, attempt)
    return [
        Run(frozenset(row["event_ids"]), Attempt(row["attempt"]))
        for row in left
        if row["event_ids"]
    ]


async def take_turns(sql: asyncpg.Connection, group: str, lanes: Collection[str]) -> None:
    """Until the transaction ends nobody else handles events of the lanes for the group."""
    await sql.execute(_TURNS, group, sorted(lanes))


async def finish_run(sql: asyncpg.Connection, group: str, lanes: Collection[str]) -> None:
    """Takes the markers away; inside the transaction of what they told of."""
    await sql.execute(_FINISH, group, list(lanes))
