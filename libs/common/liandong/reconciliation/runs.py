"""What the last reconciliations found, kept in each service's database for whoever watches it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from liandong.db.engine import connect
from liandong.settings import Settings

KEPT = 100
"""Runs that stay; older ones go with the next."""

_BEGIN = "INSERT INTO backbone.reconciliation (run_id, started_at) VALUES ($1, clock_timestamp())"
_END = """
    UPDATE backbone.reconciliation
    SET ended_at = clock_timestamp(), findings = $2::text::jsonb, repaired = $3::text::jsonb
    WHERE run_id = $1
"""
_FORGET = """
    DELETE FROM backbone.reconciliation WHERE run_id NOT IN (
        SELECT run_id FROM backbone.reconciliation ORDER BY started_at DESC, run_id LIMIT $1)
"""


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    sql = await connect(settings, "reconcile")
    try:
        yield sql
    finally:
        await sql.close()


async def begun(settings: Settings, run_id: UUID) -> None:
    """A run begins; one that never ends could not compare."""
    async with _opened(settings) as sql:
        await sql.execute(_BEGIN, run_id)


async def ended(
    settings: Settings, run_id: UUID, findings: Mapping[str, int], repaired: Mapping[str, int]
) -> None:
    """``findings``: how many of each kind are open; ``repaired``: what was done, how often."""
    async with _opened(settings) as sql:
        await sql.execute(_END, run_id, json.dumps(dict(findings)), json.dumps(dict(repaired)))
        await sql.execute(_FORGET, KEPT)
