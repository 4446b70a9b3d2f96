"""Import jobs: a job is a file that was handed in, its rows wait to be carried out."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.ids import uuid7
from liandong.imports.kinds import ImportKind, Outcome
from liandong.imports.table import SheetRow, Table
from liandong.imports.tables import JOB, ROW
from liandong.values.districts import ROOT, subtree_prefix

OFFICIALS = (Role.CLERK, Role.APPROVER)
_INSERT_ROWS = 5_000

# What a person gave is kept only where it is still needed: in rows that were rejected.
_SETTLE = text("""
    WITH settled AS (
        UPDATE backbone.import_row r
        SET outcome = d.outcome, reason = d.reason, errors = d.errors, subject_id = d.subject_id,
            content = CASE WHEN d.outcome = 'rejected' THEN r.content ELSE '{}' END
        FROM unnest(CAST(:numbers AS integer[]), CAST(:outcomes AS text[]),
                    CAST(:reasons AS text[]), CAST(:errors AS jsonb[]), CAST(:subjects AS uuid[]))
            AS d (number, outcome, reason, errors, subject_id)
        WHERE r.job_id = :job AND r.number = d.number AND r.outcome IS NULL
        RETURNING r.outcome)
    UPDATE backbone.import_job j
    SET status = 'running',
        created = j.created + c.created, changed = j.changed + c.changed,
        unchanged = j.unchanged + c.unchanged, rejected = j.rejected + c.rejected
    FROM (SELECT count(*) FILTER (WHERE outcome = 'created') AS created,
                 count(*) FILTER (WHERE outcome = 'changed') AS changed,
                 count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
                 count(*) FILTER (WHERE outcome = 'rejected') AS rejected FROM settled) AS c
    WHERE j.id = :job
""")


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job that is locked by this transaction; nobody else handles its rows."""

    id: UUID
    kind: str
    district: str
    total: int
    actor: Actor
    dry_run: bool
    """试导入: tell what would become of each row, and change nothing."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one row."""

    number: int
    outcome: Outcome
    subject_id: UUID | None = None
    reason: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)


async def submit(
    uow: UnitOfWork,
    kind: ImportKind,
    file: str,
    data: bytes,
    sheet: Table,
    settled: Sequence[Handled] = (),
    *,
    dry_run: bool = False,
) -> UUID:
    """Stores the file's rows as a job that waits; the worker carries it out.

    Rows that are ``settled`` are not carried out.
    """
    job = uuid7()
    actor = uow.actor
    district = actor.district or ROOT
    digest = hashlib.sha256(data).digest()
    values = {
        "id": job,
        "kind": kind.name,
        "file_name": file,
        "file_hash": digest,
        "headings": sheet.headings,
        "district": district,
        "submitted_by": actor.subject,
        "actor": _actor_as_dict(actor),
        "status": "waiting",
        "total": len(sheet.rows),
        "submitted_at": uow.now,
        "dry_run": dry_run,
    } | dict(Counter(one.outcome.value for one in settled))
    await uow.session.execute(insert(JOB).values(values))
    known = {one.number: one for one in settled}
    for start in range(0, len(sheet.rows), _INSERT_ROWS):
        part = sheet.rows[start : start + _INSERT_ROWS]
        await uow.session.execute(
            insert(ROW), [_row_values(job, row, known.get(row.number)) for row in part]
        )
    uow.record(
        "import.submitted",
        "import",
        job,
        district=district,
        kind=kind.name,
        total=len(sheet.rows),
        file_sha256=digest.hex(),
        dry_run=dry_run,
    )
    return job


def _row_values(job: UUID, row: SheetRow, settled: Handled | None) -> dict[str, Any]:
    values: dict[str, Any] = {"job_id": job, "number": row.number, "content": row.cells}
    if settled is None:
        return values | {"outcome": None, "reason": None, "errors": None}
    if settled.outcome is not Outcome.REJECTED:
        values["content"] = {}
    return values | {
        "outcome": settled.outcome.value,
        "reason": settled.reason,
        "errors": settled.errors or None,
    }


async def claim(session: AsyncSession, kinds: Collection[str]) -> OpenJob | None:
    """Locks the oldest unfinished job that nobody else works on.

    Files of one person are taken in the order in which they were handed in: the second may name
    what the first brings.
    """
    older = JOB.alias("older")
    waits = (
        select(older.c.id)
        .where(
            older.c.submitted_by == JOB.c.submitted_by,
            older.c.status != "done",
            older.c.kind.in_(kinds),
            older.c.id < JOB.c.id,
        )
        .exists()
    )
    row = (
        await session.execute(
            select(JOB)
            .where(JOB.c.status != "done", JOB.c.kind.in_(kinds), ~waits)
            .order_by(JOB.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=JOB)
        )
    ).first()
    if row is None:
        return None
    return OpenJob(row.id, row.kind, row.district, row.total, _actor_of(row.actor), row.dry_run)


async def lock(session: AsyncSession, job: UUID) -> bool:
    """Locks a job, waiting for whoever has it; false when it is done."""
    query = select(JOB.c.id).where(JOB.c.id == job, JOB.c.status != "done").with_for_update()
    return await session.scalar(query) is not None


async def open_rows(session: AsyncSession, job: UUID, limit: int) -> list[SheetRow]:
    """The next rows without an outcome, in the order of the sheet."""
    rows = await session.execute(
        select(ROW.c.number, ROW.c.content)
        .where(ROW.c.job_id == job, ROW.c.outcome.is_(None))
        .order_by(ROW.c.number)
        .limit(limit)
    )
    return [SheetRow(row.number, row.content) for row in rows]


async def settle(uow: UnitOfWork, job: OpenJob, handled: Sequence[Handled]) -> None:
    """Writes what became of the rows; the job is done when it was the last of them."""
    await uow.session.execute(
        _SETTLE,
        {
            "job": job.id,
            "numbers": [one.number for one in handled],
            "outcomes": [one.outcome.value for one in handled],
            "reasons": [one.reason for one in handled],
            "errors": [
                json.dumps(one.errors, ensure_ascii=False) if one.errors else None
                for one in handled
            ],
            "subjects": [one.subject_id for one in handled],
        },
    )
    if await open_rows(uow.session, job.id, 1):
        return
    counts = (
        await uow.session.execute(
            update(JOB)
            .where(JOB.c.id == job.id)
            .values(status="done", finished_at=uow.now)
            .returning(*(JOB.c[outcome.value] for outcome in Outcome))
        )
    ).one()
    uow.record(
        "import.finished",
        "import",
        job.id,
        district=job.district,
        kind=job.kind,
        total=job.total,
        dry_run=job.dry_run,
        **counts._asdict(),
    )


async def forget(uow: UnitOfWork, before: datetime, limit: int = 20) -> int:
    """Empties the rejected rows of jobs that finished before; how many rows."""
    jobs = select(JOB.c.id).where(
        JOB.c.status == "done", JOB.c.forgotten_at.is_(None), JOB.c.finished_at < before
    )
    locked = await uow.session.scalars(
        jobs.order_by(JOB.c.id).limit(limit).with_for_update(skip_locked=True)
    )
    found = list(locked)
    if not found:
        return 0
    emptied = await uow.session.scalars(
        update(ROW)
        .where(ROW.c.job_id.in_(found), ROW.c.content != text("CAST('{}' AS jsonb)"))
        .values(content={})
        .returning(ROW.c.job_id)
    )
    await uow.session.execute(update(JOB).where(JOB.c.id.in_(found)).values(forgotten_at=uow.now))
    return len(emptied.all())


def visible(actor: Actor) -> ColumnElement[bool]:
    """Jobs the actor may read: own ones; officials and administrators those of their district's
    subtree, an administrator of no district all."""
    if actor.has(Role.SYSTEM_ADMIN) and actor.district is None:
        return true()
    own = JOB.c.submitted_by == actor.subject
    if actor.district is None or not actor.has(*OFFICIALS, Role.SYSTEM_ADMIN):
        return own
    return or_(own, JOB.c.district.startswith(subtree_prefix(actor.district)))


def jobs_seen_by(actor: Actor) -> Select[Any]:
    """Jobs with ``same_file_as``: the last job of the district before that had the same file."""
    before = JOB.alias("before")
    same = (
        select(before.c.id)
        .where(
            before.c.kind == JOB.c.kind,
            before.c.file_hash == JOB.c.file_hash,
            before.c.district == JOB.c.district,
            ~before.c.dry_run,
            before.c.id < JOB.c.id,
        )
        .order_by(before.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(JOB, same.label("same_file_as")).where(visible(actor))


def _actor_as_dict(actor: Actor) -> dict[str, Any]:
    return {
        "subject": actor.subject,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "district": actor.district,
        "organization_id": str(actor.organization_id) if actor.organization_id else None,
        "scopes": sorted(actor.scopes),
        "is_machine": actor.is_machine,
    }


def _actor_of(stored: dict[str, Any]) -> Actor:
    organization = stored["organization_id"]
    return Actor(
        subject=stored["subject"],
        name=stored["name"],
        roles=frozenset(map(Role, stored["roles"])),
        district=stored["district"],
        organization_id=UUID(organization) if organization else None,
        scopes=frozenset(stored["scopes"]),
        is_machine=stored["is_machine"],
    )
