"""What a service has learnt, compared with what the owner says: row by row, ids only in the end.

Both run on meanwhile. So a difference is looked at a second time: how far the reader has come,
what it keeps, what the owner says, how far the owner has told, in this order. It counts only when
nothing was told that the reader had not handled before: then neither side changed in between.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from liandong.definition import ServiceDefinition
from liandong.reconciliation.findings import Finding, Kind
from liandong.reconciliation.groups import Reader
from liandong.reconciliation.learnt import Facts, Learnt, Row
from liandong.reconciliation.sources import Source

_AT_ONCE = 500
_PREFETCH = 5000
_ORDERED = "SELECT * FROM ({query}) AS one ORDER BY key"
_OF_KEYS = "SELECT * FROM ({query}) AS one WHERE key = ANY($1::uuid[])"
_HANDLED = """
    SELECT subject, sequence FROM backbone.stream_version
    WHERE consumer_group = $1 AND source = $2 AND subject = ANY($3::text[])
"""
_TOLD = """
    SELECT subject, max(sequence) AS sequence FROM (
        SELECT subject, sequence, type FROM told WHERE subject = ANY($1::text[])
        UNION ALL
        SELECT headers->>'subject', CAST(headers->>'sequence' AS bigint), type
        FROM backbone.event_feed WHERE position > $3 AND headers->>'subject' = ANY($1::text[])
        UNION ALL
        SELECT headers->>'subject', CAST(headers->>'sequence' AS bigint), type
        FROM backbone.outbox WHERE headers->>'subject' = ANY($1::text[])) AS either
    WHERE type = ANY($2::text[]) GROUP BY subject
"""


class Unlike(NamedTuple):
    """One difference. ``subject``: the aggregate whose event would tell it again."""

    kind: Kind
    key: UUID
    subject: str
    fields: list[str]
    ahead: bool
    """The reader knows a later version than the owner ever told: the owner has forgotten it."""
    accepted: bool
    """Whoever began the owner's present incarnation was shown that it was forgotten."""


@dataclass
class Compared:
    """One copy against its owner."""

    learnt: Learnt
    findings: list[Finding] = field(default_factory=list[Finding])
    subjects: list[str] = field(default_factory=list[str])
    """Of everything that differs and that the owner can tell again."""


async def compare(
    reader: Reader, source: Source, owner: ServiceDefinition, learnt: Learnt, show: int
) -> Compared:
    """The copy against the owner's facts, which a test of the contracts finds declared."""
    facts = next(one for one in owner.facts if one.name == learnt.facts)
    found = Compared(learnt)
    by_kind = {
        (kind, known): Finding(kind, source.name, reader.group.name, accepted=known)
        for kind in (Kind.NOT_LEARNT, Kind.LEARNT_OTHERWISE, Kind.LEARNT_ONLY)
        for known in (False, True)
    }
    async for candidates in _candidates(reader, source, facts, learnt):
        for one in await _judged(reader, source, facts, learnt, candidates):
            example = {"facts": learnt.name, "key": one.key, "fields": one.fields}
            by_kind[one.kind, one.accepted].add([example], show)
            if not one.ahead:
                found.subjects.append(one.subject)
    found.findings = [one for one in by_kind.values() if one.count]
    return found


async def _candidates(
    reader: Reader, source: Source, facts: Facts, learnt: Learnt
) -> AsyncIterator[dict[UUID, str]]:
    """Keys that differ at first sight, with the subject of each; in pieces."""
    found: dict[UUID, str] = {}
    async with _rows(source.sql, facts.query) as theirs, _rows(reader.sql, learnt.query) as ours:
        async for key, owned, kept in _side_by_side(theirs, ours):
            expected = learnt.expected(json.loads(owned["facts"])) if owned is not None else None
            if expected == (json.loads(kept["facts"]) if kept is not None else None):
                continue
            found[key] = str(owned["subject"] if owned is not None else key)
            if len(found) == _AT_ONCE:
                yield found
                found = {}
    if found:
        yield found


@asynccontextmanager
async def _rows(
    sql: asyncpg.Connection, query: str
) -> AsyncIterator[AsyncIterator[asyncpg.Record]]:
    async with sql.transaction():
        yield aiter(sql.cursor(_ORDERED.format(query=query), prefetch=_PREFETCH))


async def _side_by_side(
    theirs: AsyncIterator[asyncpg.Record], ours: AsyncIterator[asyncpg.Record]
) -> AsyncIterator[tuple[UUID, asyncpg.Record | None, asyncpg.Record | None]]:
    owned, kept = await anext(theirs, None), await anext(ours, None)
    while owned is not None or kept is not None:
        key = min(one["key"] for one in (owned, kept) if one is not None)
        left = owned if owned is not None and owned["key"] == key else None
        right = kept if kept is not None and kept["key"] == key else None
        yield key, left, right
        if left is not None:
            owned = await anext(theirs, None)
        if right is not None:
            kept = await anext(ours, None)


async def _judged(
    reader: Reader, source: Source, facts: Facts, learnt: Learnt, candidates: Mapping[UUID, str]
) -> list[Unlike]:
    """Those that still differ although nothing is on its way; the order of the four matters."""
    keys, subjects = list(candidates), sorted(set(candidates.values()))
    handled = await _versions(reader.sql, _HANDLED, reader.group.name, source.told_as, subjects)
    kept = await _of_keys(reader.sql, learnt.query, keys)
    owned = await _of_keys(source.sql, facts.query, keys)
    told = await _versions(source.sql, _TOLD, subjects, reader.types(source), source.head)
    found: list[Unlike] = []
    for key, subject in sorted(candidates.items()):
        version = handled.get(subject, 0)
        if told.get(subject, 0) > version:
            continue  # not read yet, or found as not handled
        ahead = version > told.get(subject, 0)
        expected = learnt.expected(owned[key]) if key in owned else None
        kind, fields = _difference(expected, kept.get(key))
        if kind is not None:
            accepted = ahead and source.outlived(version)
            found.append(Unlike(kind, key, subject, fields, ahead, accepted))
    return found


def _difference(expected: Row | None, kept: Row | None) -> tuple[Kind | None, list[str]]:
    if expected == kept:
        return None, []
    if kept is None:
        return Kind.NOT_LEARNT, []
    if expected is None:
        return Kind.LEARNT_ONLY, []
    names = expected.keys() | kept.keys()
    fields = sorted(one for one in names if expected.get(one) != kept.get(one))
    return Kind.LEARNT_OTHERWISE, fields


async def _of_keys(
    sql: asyncpg.Connection, query: str, keys: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    rows = await sql.fetch(_OF_KEYS.format(query=query), keys)
    return {row["key"]: json.loads(row["facts"]) for row in rows}


async def _versions(sql: asyncpg.Connection, query: str, *arguments: Any) -> dict[str, int]:
    return {row["subject"]: row["sequence"] for row in await sql.fetch(query, *arguments)}
