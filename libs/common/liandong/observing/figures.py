"""Figures out of a service's own database, each by one query that reads few rows."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from liandong.clock import china_date
from liandong.db import revisions
from liandong.metrics import (
    AUDIT_UNSEALED,
    AUDIT_UNSEALED_AGE,
    BACKED_UP,
    BACKUP_BYTES,
    DATABASE_BYTES,
    DEAD_LETTERS,
    DEADLINE_LATENESS,
    DEADLINES_FAILED,
    DEADLINES_LATE,
    HELD_KEY_AGE,
    HELD_KEYS,
    INCARNATION,
    OLDEST_TRANSACTION,
    OUTBOX_AGE,
    OUTBOX_BLOCKED,
    OUTBOX_ROWS,
    RECONCILED,
    RECONCILIATION_FINDINGS,
    RULE_SETS,
    SCHEMA,
    STATES_WAITING,
    WAL_ARCHIVED,
    WAL_ARCHIVING,
    WAL_FAILED,
)
from liandong.reconciliation.findings import Kind
from liandong.runtime import Runtime

BACKUP_KINDS = ("base", "dump")
LETTER_STATUSES = ("retrying", "waiting", "dead")
RULE_SETS_SHOWN = 1000
"""Overrides that are told one by one, so that a mistake cannot flood Prometheus."""

_OFTEN = """
    SELECT
        (SELECT count(*) FROM (SELECT 1 FROM backbone.outbox LIMIT 100000) AS few) AS outbox,
        (SELECT extract(epoch FROM clock_timestamp() - o.written_at) FROM backbone.outbox o
         WHERE NOT EXISTS
             (SELECT 1 FROM backbone.outbox_blocked b WHERE b.aggregateid = o.aggregateid)
         ORDER BY o.seq LIMIT 1) AS outbox_age,
        (SELECT count(*) FROM backbone.outbox_blocked) AS blocked,
        (SELECT count(*) FROM (SELECT 1 FROM backbone.outbox WHERE topic LIKE '%.state'
         LIMIT 100000) AS few) AS states,
        (SELECT count(*) FROM (SELECT 1 FROM backbone.audit_pending LIMIT 100000) AS few)
            AS unsealed,
        (SELECT e.at FROM backbone.audit_pending p
         JOIN backbone.audit_entry e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT 1)
            AS unsealed_since,
        late.many AS late, late.since AS late_since,
        (SELECT count(*) FROM backbone.deadline WHERE state = 'failed') AS failed,
        (SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend'
           AND pid <> pg_backend_pid()) AS transaction
    FROM (SELECT count(*) AS many, min(due_at) AS since FROM backbone.deadline
          WHERE state = 'open' AND due_at <= $1 AND kind = ANY($2::text[])) AS late
"""
_LETTERS = """
    SELECT consumer_group, status, count(*) AS letters FROM backbone.dead_letter
    WHERE status IN ('retrying', 'waiting', 'dead') GROUP BY 1, 2
"""
_HELD = """
    SELECT consumer_group, count(*) AS keys,
           extract(epoch FROM clock_timestamp() - min(held_since)) AS age
    FROM backbone.held_key GROUP BY 1
"""
_SELDOM = """
    SELECT pg_database_size(current_database()) AS bytes,
           (SELECT max(number) FROM backbone.incarnation) AS incarnation,
           current_setting('archive_mode') <> 'off' AS archiving,
           a.last_archived_time AS archived_at, a.failed_count AS archive_failures
    FROM pg_stat_archiver AS a
"""
_REVISIONS = "SELECT version_num FROM alembic_version"
_RECONCILED = """
    SELECT ended_at, findings FROM backbone.reconciliation
    WHERE ended_at IS NOT NULL ORDER BY started_at DESC, run_id DESC LIMIT 1
"""
_BACKUPS = """
    SELECT DISTINCT ON (kind) kind, begun_at, bytes FROM backbone.backup
    ORDER BY kind, begun_at DESC
"""
_OVERRIDES = """
    SELECT subject, jurisdiction, version FROM backbone.rule_set_override
    WHERE withdrawn_at IS NULL AND valid_from <= $1 AND (valid_to IS NULL OR valid_to >= $1)
    ORDER BY subject, jurisdiction, version LIMIT $2
"""


async def read_often(sql: asyncpg.Connection, runtime: Runtime) -> None:
    """What an alert may be waiting for."""
    service, now = runtime.definition.name, runtime.clock.now()
    row = await sql.fetchrow(_OFTEN, now, sorted(runtime.definition.deadlines))
    assert row is not None
    for gauge, value in (
        (OUTBOX_ROWS, row["outbox"]),
        (OUTBOX_AGE, row["outbox_age"]),
        (OUTBOX_BLOCKED, row["blocked"]),
        (STATES_WAITING, row["states"]),
        (AUDIT_UNSEALED, row["unsealed"]),
        (AUDIT_UNSEALED_AGE, _since(row["unsealed_since"], now)),
        (DEADLINES_LATE, row["late"]),
        (DEADLINE_LATENESS, _since(row["late_since"], now)),
        (DEADLINES_FAILED, row["failed"]),
        (OLDEST_TRANSACTION, row["transaction"]),
    ):
        gauge.labels(service).set(float(value or 0))
    await _read_letters(sql, runtime)


async def _read_letters(sql: asyncpg.Connection, runtime: Runtime) -> None:
    letters = {(row[0], row[1]): row[2] for row in await sql.fetch(_LETTERS)}
    held = {row["consumer_group"]: row for row in await sql.fetch(_HELD)}
    for consumer in runtime.consumers:
        group = consumer.group.name
        for status in LETTER_STATUSES:
            DEAD_LETTERS.labels(group, status).set(letters.get((group, status), 0))
        HELD_KEYS.labels(group).set(held[group]["keys"] if group in held else 0)
        HELD_KEY_AGE.labels(group).set(float(held[group]["age"]) if group in held else 0)


async def read_seldom(sql: asyncpg.Connection, runtime: Runtime) -> None:
    """What changes in minutes, or costs more."""
    service = runtime.definition.name
    row = await sql.fetchrow(_SELDOM)
    assert row is not None
    DATABASE_BYTES.labels(service).set(row["bytes"])
    INCARNATION.labels(service).set(row["incarnation"] or 0)
    WAL_ARCHIVING.labels(service).set(row["archiving"])
    WAL_ARCHIVED.labels(service).set(_timestamp(row["archived_at"]))
    WAL_FAILED.labels(service).set(row["archive_failures"])
    await _read_schema(sql, runtime)
    await _read_rules(sql, runtime)
    await _read_reconciliation(sql, service)
    await _read_backups(sql, service)


async def _read_schema(sql: asyncpg.Connection, runtime: Runtime) -> None:
    present = {row["version_num"] for row in await sql.fetch(_REVISIONS)}
    known = revisions.known(runtime.definition)
    _forget(SCHEMA, {"service": runtime.definition.name})
    for revision in present:
        state = "newer" if revision not in known else "behind"
        if revision in revisions.heads(runtime.definition):
            state = "current"
        SCHEMA.labels(runtime.definition.name, revision, state).set(1)


async def _read_rules(sql: asyncpg.Connection, runtime: Runtime) -> None:
    service, today = runtime.definition.name, china_date(runtime.clock.now())
    found = {
        (one.subject, one.jurisdiction, one.version, "shipped")
        for sets in runtime.rule_book.shipped.values()
        for one in sets
        if one.holds_on(today)
    }
    found |= {
        (row["subject"], row["jurisdiction"], row["version"], "override")
        for row in await sql.fetch(_OVERRIDES, today, RULE_SETS_SHOWN)
    }
    _forget(RULE_SETS, {"service": service})
    for labels in sorted(found):
        RULE_SETS.labels(service, *labels).set(1)


async def _read_reconciliation(sql: asyncpg.Connection, service: str) -> None:
    row = await sql.fetchrow(_RECONCILED)
    found: Mapping[str, int] = json.loads(row["findings"]) if row else {}
    RECONCILED.labels(service).set(_timestamp(row["ended_at"]) if row else 0)
    for kind in Kind:
        RECONCILIATION_FINDINGS.labels(service, kind.value).set(found.get(kind.value, 0))


async def _read_backups(sql: asyncpg.Connection, service: str) -> None:
    found = {row["kind"]: row for row in await sql.fetch(_BACKUPS)}
    for kind in BACKUP_KINDS:
        row = found.get(kind)
        BACKED_UP.labels(service, kind).set(_timestamp(row["begun_at"]) if row else 0)
        BACKUP_BYTES.labels(service, kind).set(row["bytes"] if row else 0)


def _forget(gauge: Any, labels: Mapping[str, str]) -> None:
    """Series of a gauge that tells by its labels: what held before holds no longer."""
    gauge.remove_by_labels(dict(labels))


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


def _timestamp(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()
