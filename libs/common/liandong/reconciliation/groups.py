"""A consumer group against the services that it reads: what it lacks, and what it alone knows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from liandong.db.housekeeping import INBOX_MONTHS
from liandong.events.contract import service_of
from liandong.events.feed import read_cursor
from liandong.events.subscriptions import Group
from liandong.ids import made_at
from liandong.reconciliation.digests import Difference, Ids, Together, differences
from liandong.reconciliation.findings import Finding, Kind, Pair
from liandong.reconciliation.sources import Source
from liandong.settings import Settings

_DAY = 86_400_000
_PAGE = 5000
_TOLD = """
    SELECT id FROM backbone.event_feed
    WHERE {between} AND type = ANY($3::text[]) AND position <= $4
"""
_TAKEN = """
    SELECT id FROM (
        SELECT event_id AS id FROM backbone.inbox WHERE consumer_group = $3
        UNION
        SELECT event_id FROM backbone.dead_letter WHERE consumer_group = $3) AS taken
    WHERE {between}
"""
_COUNT = """
    SELECT count(*) FROM backbone.event_feed
    WHERE id >= $1 AND type = ANY($2::text[]) AND position <= $3
"""
_NOT_TAKEN = """
    INSERT INTO not_taken SELECT $1, f.id FROM backbone.event_feed f
    WHERE f.id = ANY($2::uuid[]) AND f.type = ANY($3::text[]) ON CONFLICT DO NOTHING
"""
_PENDING = """
    DELETE FROM not_taken n
    USING backbone.event_feed f LEFT JOIN topic_event t ON t.id = f.id
    LEFT JOIN unnest($3::integer[], $4::bigint[]) AS read (part, upto) ON read.part = t.part
    WHERE n.consumer_group = $1 AND f.id = n.id AND CASE
        WHEN $2::bigint IS NOT NULL THEN f.position > $2
        ELSE t.id IS NOT NULL AND t.place >= coalesce(read.upto, 0) END
"""
NOT_HANDLED = """
    SELECT f.position, f.id, f.type, f.key, f.headers->>'subject' AS subject,
           f.headers->>'sequence' AS version, f.headers, f.payload, f.appended_at
    FROM not_taken n JOIN backbone.event_feed f ON f.id = n.id
    WHERE n.consumer_group = $1 AND f.position > $2 ORDER BY f.position LIMIT $3
"""
_SHOWN = ("position", "id", "type", "key", "subject", "version", "appended_at")
_CURSOR = "SELECT cursor FROM backbone.feed_cursor WHERE consumer_group = $1 AND source = $2"
_WHAT = "SELECT id, type, key, subject, sequence AS version FROM topic_event WHERE id = ANY($1)"
_VERSIONS = """
    SELECT subject, sequence FROM backbone.stream_version
    WHERE consumer_group = $1 AND source = $2 AND subject > $3 ORDER BY subject LIMIT $4
"""
_LATEST = """
    SELECT subject, max(sequence) AS sequence FROM told WHERE subject = ANY($1) GROUP BY subject
"""
_LATEST_NOW = """
    SELECT headers->>'subject' AS subject, max(CAST(headers->>'sequence' AS bigint)) AS sequence
    FROM (SELECT headers FROM backbone.event_feed WHERE position > $2
          UNION ALL SELECT headers FROM backbone.outbox WHERE NOT topic LIKE '%.state') AS told
    WHERE headers->>'subject' = ANY($1) AND headers->>'sequence' ~ '^[0-9]{1,18}$'
    GROUP BY 1
"""
"""Also of the outbox: on Kafka an event may be handled before its publisher has put it away."""
_GIVEN_NOW = "SELECT last_value FROM backbone.event_feed_position"


@dataclass
class Reader:
    """A group with a connection to its service's database."""

    settings: Settings
    sql: asyncpg.Connection
    group: Group

    def types(self, source: Source) -> list[str]:
        return sorted(one for one in self.group.by_type() if service_of(one) == source.name)


@dataclass(frozen=True)
class Place:
    """Where the group has read to: a position of the feed, or offsets by partition."""

    position: int | None
    offsets: Mapping[int, int]


async def compare(reader: Reader, sources: Sequence[Source], show: int) -> list[Pair]:
    """The group against those of its sources that are at hand."""
    pairs = {one.name: Pair(one.name, reader.group.name) for one in sources}
    places = {one.name: await _place(reader, one, pairs[one.name]) for one in sources}
    low, high = _inbox_begins(), int(time.time() * 1000) + _DAY
    told = Together(
        [Ids(one.sql, _TOLD, (reader.types(one), one.head)) for one in sources],
    )
    taken = Ids(reader.sql, _TAKEN, (reader.group.name,))
    whole = {one.name for one in sources} >= set(reader.group.services())
    foreign = Foreign(reader.group.name, sources, show, whole=whole)
    async for found in differences(told, taken, low, high):
        for source in sources:
            await source.sql.execute(
                _NOT_TAKEN, reader.group.name, list(found.ours), reader.types(source)
            )
        await foreign.sort(found)
    for source in sources:
        pair, place = pairs[source.name], places[source.name]
        types = reader.types(source)
        many = await source.sql.fetchval(_COUNT, UUID(int=low << 80), types, source.head)
        pair.events = many or 0
        await _missing(reader, source, place, pair, show)
        await _ahead(reader, source, pair, show)
        pair.findings += foreign.of(source)
        pair.findings[:] = [one for one in pair.findings if one.count]
    return list(pairs.values())


def _inbox_begins() -> int:
    """Since when the inbox remembers, in milliseconds: housekeeping drops the months before."""
    today = datetime.now(UTC)
    months = today.year * 12 + today.month - 1 - INBOX_MONTHS
    return int(datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)


async def _place(reader: Reader, source: Source, pair: Pair) -> Place:
    if source.extent is not None:
        from liandong.reconciliation import topics  # noqa: PLC0415 - not every platform has Kafka

        topic = topics.topic_of(source.settings)
        return Place(None, await topics.read_to(reader.settings, reader.group.name, topic))
    cursor = await reader.sql.fetchval(_CURSOR, reader.group.name, source.name)
    position = read_cursor(cursor or "")
    # The source has gone on since it was opened: asked again, it is not behind its readers.
    if position > source.given and position > (await source.sql.fetchval(_GIVEN_NOW) or 0):
        beyond = Finding(Kind.CURSOR_AHEAD, source.name, reader.group.name)
        beyond.add([{"position": position, "end": source.given}], 1)
        pair.findings.append(beyond)
    return Place(position, {})


async def _missing(reader: Reader, source: Source, place: Place, pair: Pair, show: int) -> None:
    """What was not taken is pending where the group has not read yet, else it is missing."""
    group = reader.group.name
    gone = await source.sql.execute(
        _PENDING, group, place.position, list(place.offsets), list(place.offsets.values())
    )
    pair.pending = int(gone.rpartition(" ")[2])
    found = Finding(Kind.NOT_HANDLED, source.name, group)
    position = 0
    while rows := await source.sql.fetch(NOT_HANDLED, group, position, _PAGE):
        found.add([{name: row[name] for name in _SHOWN} for row in rows], show)
        position = rows[-1]["position"]
    pair.findings.append(found)


async def _ahead(reader: Reader, source: Source, pair: Pair, show: int) -> None:
    """Versions that the group knows and the source never told."""
    open_, accepted = (
        Finding(Kind.VERSION_AHEAD, source.name, reader.group.name, accepted=known)
        for known in (False, True)
    )
    last = ""
    while rows := await reader.sql.fetch(_VERSIONS, reader.group.name, source.told_as, last, _PAGE):
        last = rows[-1]["subject"]
        subjects = [row["subject"] for row in rows]
        told = {
            row["subject"]: row["sequence"] for row in await source.sql.fetch(_LATEST, subjects)
        }
        ahead_of_it = [
            row["subject"] for row in rows if row["sequence"] > told.get(row["subject"], 0)
        ]
        if ahead_of_it:  # the source has gone on since it was opened
            now = await source.sql.fetch(_LATEST_NOW, ahead_of_it, source.head)
            told |= {row["subject"]: row["sequence"] for row in now}
        for row in rows:
            subject, known = row["subject"], row["sequence"]
            if known <= told.get(subject, 0) or (subject not in told and _old(subject, source)):
                continue
            ahead = {"subject": subject, "known": known, "told": told.get(subject)}
            (accepted if source.outlived(known) else open_).add([ahead], show)
    pair.findings += [open_, accepted]


def _old(subject: str, source: Source) -> bool:
    """Whether the aggregate may have told of itself before the feed's oldest month."""
    try:
        made = made_at(UUID(subject))
    except (ValueError, OverflowError, OSError):
        return True
    return source.oldest is not None and source.given > source.events and made < source.oldest


class Foreign:
    """What the group has taken and none of its sources knows, sorted by who told it."""

    def __init__(self, group: str, sources: Sequence[Source], show: int, *, whole: bool) -> None:
        self._group, self._sources, self._show = group, sources, show
        self._whole = whole  # otherwise what no topic names may be of a source that is not at hand
        self._found: dict[tuple[str, bool], Finding] = {}

    async def sort(self, difference: Difference) -> None:
        left = list(difference.theirs)
        for source in self._sources:
            left = await source.unknown_among(left) if left else left
        told_by: dict[UUID, tuple[Source, dict[str, Any]]] = {}
        for source in self._sources:
            for row in await source.sql.fetch(_WHAT, left) if left else ():
                told_by[row["id"]] = (source, dict(row))
        for one in sorted(left if self._whole else told_by):
            source, row = told_by.get(one, (None, {"id": one}))
            # Without a topic nobody can tell which of several sources has forgotten it.
            blamed = source or (self._sources[0] if len(self._sources) == 1 else None)
            accepted = any(each.accepted(one) for each in ([blamed] if blamed else self._sources))
            self._add((blamed or self._sources[0]).name, row, accepted)

    def _add(self, source: str, row: dict[str, Any], accepted: bool) -> None:
        made = Finding(Kind.UNKNOWN_TO_SOURCE, source, self._group, accepted=accepted)
        self._found.setdefault((source, accepted), made).add([row], self._show)

    def of(self, source: Source) -> list[Finding]:
        return [found for (name, _), found in self._found.items() if name == source.name]
