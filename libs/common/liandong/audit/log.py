"""The audit log: append-only entries, sealed into one chain of SHA-256 hashes.

Entries are written in the transaction of the change they tell of. The worker seals them in the
background (one sealer at a time), so the chain costs no command a lock. A database trigger
refuses UPDATE, DELETE and TRUNCATE; whoever goes around it breaks the chain, and
:func:`verify` names the first broken row.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from liandong.metrics import AUDIT_SEALED

GENESIS = hashlib.sha256("联动审计链".encode()).digest()
_LOCK = 0x4C44_0003_0000_0000
_FIELDS = (
    "id", "at", "actor", "actor_roles", "action", "subject_type", "subject_id", "district",
    "details", "request_id",
)  # fmt: skip


def entry_hash(previous: bytes, position: int, entry: RowMapping) -> bytes:
    """The hash of an entry at its place in the chain."""
    content = [entry[name] for name in _FIELDS if name != "at"]
    moment = entry["at"].astimezone(UTC).isoformat()
    canonical = json.dumps([position, moment, *map(str, content)], ensure_ascii=False)
    return hashlib.sha256(previous + canonical.encode()).digest()


async def seal(engine: AsyncEngine, service: str, limit: int = 500) -> int:
    """Seals entries that are not sealed yet; how many. Does nothing while another seals."""
    async with engine.begin() as connection:
        if not await connection.scalar(
            text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}
        ):
            return 0
        rows = await connection.execute(
            text("""
                SELECT e.* FROM backbone.audit_pending p
                JOIN backbone.audit_entry e ON e.id = p.entry_id
                ORDER BY e.id LIMIT :limit
            """),
            {"limit": limit},
        )
        entries = rows.mappings().all()
        if not entries:
            return 0
        position, previous = await _head(connection)
        seals = []
        for entry in entries:
            position += 1
            current = entry_hash(previous, position, entry)
            seals.append(
                {"position": position, "id": entry["id"], "previous": previous, "hash": current}
            )
            previous = current
        await connection.execute(
            text(
                "INSERT INTO backbone.audit_seal (position, entry_id, previous_hash, hash)"
                " VALUES (:position, :id, :previous, :hash)"
            ),
            seals,
        )
        await connection.execute(
            text("DELETE FROM backbone.audit_pending WHERE entry_id = ANY(:ids)"),
            {"ids": [entry["id"] for entry in entries]},
        )
    AUDIT_SEALED.labels(service).inc(len(entries))
    return len(entries)


async def _head(connection: AsyncConnection) -> tuple[int, bytes]:
    head = (
        await connection.execute(
            text("SELECT position, hash FROM backbone.audit_seal ORDER BY position DESC LIMIT 1")
        )
    ).first()
    return (0, GENESIS) if head is None else (head.position, bytes(head.hash))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a verification. ``broken_at`` is the first position that does not hold."""

    checked: int
    unsealed: int
    broken_at: int | None = None
    entry_id: str | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.broken_at is None


async def verify(
    engine: AsyncEngine, progress: Callable[[int], None] = lambda _: None, page: int = 2000
) -> Verdict:
    """Recomputes the whole chain and compares it with the seals and the entries."""
    async with engine.connect() as connection:
        unsealed = int(
            await connection.scalar(text("SELECT count(*) FROM backbone.audit_pending")) or 0
        )
        position, previous = 0, GENESIS
        while True:
            rows = (
                (
                    await connection.execute(
                        text("""
                        SELECT s.position, s.entry_id, s.previous_hash, s.hash, e.*
                        FROM backbone.audit_seal s
                        LEFT JOIN backbone.audit_entry e ON e.id = s.entry_id
                        WHERE s.position > :after ORDER BY s.position LIMIT :page
                    """),
                        {"after": position, "page": page},
                    )
                )
                .mappings()
                .all()
            )
            for row in rows:
                reason = _fault(row, position + 1, previous)
                if reason:
                    return Verdict(position, unsealed, position + 1, str(row["entry_id"]), reason)
                position, previous = position + 1, bytes(row["hash"])
            progress(len(rows))
            if len(rows) < page:
                break
        return await _unaccounted(connection, position, unsealed)


def _fault(row: RowMapping, expected: int, previous: bytes) -> str:
    if row["position"] != expected:
        return "封存序号不连续：缺少一条封存记录"
    if bytes(row["previous_hash"]) != previous:
        return "与上一条的哈希不衔接"
    if row["id"] is None:
        return "审计记录已被删除"
    if entry_hash(previous, expected, row) != bytes(row["hash"]):
        return "审计记录内容已被改动"
    return ""


async def _unaccounted(connection: AsyncConnection, checked: int, unsealed: int) -> Verdict:
    """Entries that are neither sealed nor waiting were written around the platform."""
    stray = (
        await connection.execute(
            text("""
                SELECT e.id FROM backbone.audit_entry e
                WHERE NOT EXISTS (SELECT 1 FROM backbone.audit_seal s WHERE s.entry_id = e.id)
                  AND NOT EXISTS (SELECT 1 FROM backbone.audit_pending p WHERE p.entry_id = e.id)
                ORDER BY e.id LIMIT 1
            """)
        )
    ).first()
    if stray is None:
        return Verdict(checked, unsealed)
    return Verdict(checked, unsealed, checked + 1, str(stray.id), "记录未经封存程序写入")
