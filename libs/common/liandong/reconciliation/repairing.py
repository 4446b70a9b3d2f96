"""Where a repair is safe: a message that the topic lacks, an event that a group never handled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from liandong.events.consumer import Consumer
from liandong.events.letters import Letters
from liandong.reconciliation.groups import NOT_HANDLED, Reader
from liandong.reconciliation.learnt import Learnt
from liandong.reconciliation.sources import Source
from liandong.reconciliation.topics import topic_of
from liandong.transports.base import Batch, Delivery, Outgoing
from liandong.transports.kafka import KafkaPublisher

_AT_ONCE = 500
_EFFECTIVE = """
    SELECT count(*) FROM unnest($1::text[], $2::bigint[]) AS told (subject, sequence)
    WHERE NOT EXISTS (
        SELECT 1 FROM backbone.stream_version v
        WHERE v.consumer_group = $3 AND v.source = $4 AND v.subject = told.subject
          AND v.sequence >= told.sequence)
"""
_KNOWN = """
    SELECT count(*) FROM backbone.inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])
"""
_LETTERS = """
    SELECT count(*) FROM backbone.dead_letter
    WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])
"""


_LATEST = """
    SELECT DISTINCT ON (t.subject) f.position, f.id, f.key, f.type, f.headers, f.payload,
           t.subject, t.sequence
    FROM told t JOIN backbone.event_feed f ON f.id = t.id
    WHERE t.subject = ANY($1::text[]) AND t.type = ANY($2::text[])
    ORDER BY t.subject, t.sequence DESC
"""
_UNTAKE = """
    WITH gone AS (
        DELETE FROM backbone.inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[]))
    DELETE FROM backbone.stream_version v
    USING unnest($4::text[], $5::bigint[]) AS told (subject, sequence)
    WHERE v.consumer_group = $1 AND v.source = $3 AND v.subject = told.subject
      AND v.sequence <= told.sequence
"""


@dataclass
class Repaired:
    """What a repair did. ``superseded``: a later version had been handled, so the event has no
    effect any more and a person must look. ``set_aside``: its handler failed or its key waits."""

    source: str
    group: str | None
    republished: int = 0
    handled: int = 0
    superseded: int = 0
    set_aside: int = 0
    told_again: int = 0
    """Of ``handled``: events that had been handled, given again for a copy that differed."""

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


async def republish(source: Source) -> Repaired:
    """Sends what the topic lacks once more, with the same ids, in the order of the feed."""
    done = Repaired(source.name, None)
    settings = source.settings
    publisher = KafkaPublisher(
        settings.kafka_bootstrap_servers,
        f"liandong-{settings.service}-reconcile",
        settings.options(),
    )
    await publisher.start()
    try:
        async for page in source.pages_not_in_topic():
            ids = [row["id"] for row in page]
            rows = await source.sql.fetch(
                "SELECT position, id, key, headers, payload FROM backbone.event_feed"
                " WHERE id = ANY($1) ORDER BY position",
                ids,
            )
            for first in range(0, len(rows), _AT_ONCE):
                some = [_outgoing(row, topic_of(settings)) for row in rows[first:][:_AT_ONCE]]
                report = await publisher.publish(some)
                done.republished += len(report.accepted)
                if len(report.accepted) < len(some):
                    raise ConnectionError(
                        f"{source.name}：Kafka 没有收下 {len(some) - len(report.accepted)} 个事件"
                    )
    finally:
        await publisher.stop()
    return done


async def drive(source: Source, reader: Reader, letters: Letters) -> Repaired:
    """The group's own handlers are given what they never had, in the order of the feed."""
    done = Repaired(source.name, reader.group.name)
    position = 0
    while rows := await source.sql.fetch(NOT_HANDLED, reader.group.name, position, _AT_ONCE):
        position = rows[-1]["position"]
        await _drive(source, reader, letters.consumer, rows, done)
    return done


async def tell_again(
    source: Source, reader: Reader, letters: Letters, learnt: Learnt, subjects: Sequence[str]
) -> Repaired:
    """The group is given the latest event of each aggregate once more, where its handler bears
    that. Whoever ends it between the two steps leaves events that were not handled, which the next
    reconciliation finds and gives to the group."""
    done = Repaired(source.name, reader.group.name)
    ordered = sorted(set(subjects))
    for first in range(0, len(ordered), _AT_ONCE):
        some = ordered[first : first + _AT_ONCE]
        rows = [
            row
            for row in await source.sql.fetch(_LATEST, some, reader.types(source))
            if row["type"] in learnt.again
        ]
        rows.sort(key=lambda row: row["position"])
        if not rows:
            continue
        await reader.sql.execute(
            _UNTAKE, reader.group.name, [row["id"] for row in rows], source.told_as,
            [row["subject"] for row in rows], [row["sequence"] for row in rows],
        )  # fmt: skip
        before = done.handled
        await _drive(source, reader, letters.consumer, rows, done)
        done.told_again += done.handled - before
    return done


async def _drive(
    source: Source,
    reader: Reader,
    consumer: Consumer,
    rows: Sequence[asyncpg.Record],
    done: Repaired,
) -> None:
    group, ids = reader.group.name, [row["id"] for row in rows]
    headers = [json.loads(row["headers"]) for row in rows]
    versions = [int(one["sequence"]) for one in headers]
    effective = await reader.sql.fetchval(
        _EFFECTIVE, [one["subject"] for one in headers], versions, group, source.told_as
    )
    deliveries = [_delivery(row, source.name) for row in rows]
    await consumer.handle(Batch(deliveries, None))
    taken = await reader.sql.fetchval(_KNOWN, group, ids)
    aside = await reader.sql.fetchval(_LETTERS, group, ids)
    superseded = len(rows) - (effective or 0)
    done.superseded += superseded
    done.set_aside += aside or 0
    done.handled += max((taken or 0) - superseded, 0)


def _outgoing(row: asyncpg.Record, topic: str) -> Outgoing:
    attributes = json.loads(row["headers"])
    return Outgoing(row["position"], row["id"], topic, row["key"], attributes, row["payload"])


def _delivery(row: asyncpg.Record, service: str) -> Delivery:
    return Delivery(
        topic=f"liandong.{service}",
        lane=f"reconcile/{service}",
        offset=str(row["position"]),
        key=row["key"],
        attributes=json.loads(row["headers"]),
        payload=row["payload"],
    )
