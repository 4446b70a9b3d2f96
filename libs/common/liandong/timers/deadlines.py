"""Deadlines: what falls due is done once, in one transaction with what it causes.

A use case sets a deadline for an aggregate (one open deadline of a kind per aggregate); the
worker fires it when the injected clock passes ``due_at``. Two workers never fire the same one:
the row is locked. A handler that fails is tried again later; after ``MAX_ATTEMPTS`` the deadline
is marked failed and waits for a person.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory
from liandong.faults import reach
from liandong.identity.actors import SYSTEM
from liandong.ids import uuid7
from liandong.metrics import DEADLINES_FIRED

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a handler is told: ``subject_id`` is the aggregate's id."""

    id: UUID
    kind: str
    subject_id: UUID
    due_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


Handler = Callable[[Deadline, UnitOfWork], Awaitable[None]]


async def set_deadline(
    uow: UnitOfWork, kind: str, subject_id: UUID, due_at: datetime, **payload: Any
) -> None:
    """Sets, or moves, the open deadline of this kind for the aggregate."""
    await uow.session.execute(
        text("""
            INSERT INTO backbone.deadline (id, kind, subject_id, due_at, payload)
            VALUES (:id, :kind, :subject, :due, CAST(:payload AS jsonb))
            ON CONFLICT (kind, subject_id) WHERE state = 'open'
            DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload,
                          attempts = 0, retry_at = NULL
        """),
        {
            "id": uuid7(),
            "kind": kind,
            "subject": subject_id,
            "due": due_at,
            "payload": json.dumps(payload, default=str),
        },
    )


async def cancel_deadline(uow: UnitOfWork, kind: str, subject_id: UUID) -> None:
    """Cancels the open deadline of this kind, if there is one."""
    await uow.session.execute(
        text(
            "UPDATE backbone.deadline SET state = 'cancelled', settled_at = :now"
            " WHERE kind = :kind AND subject_id = :subject AND state = 'open'"
        ),
        {"kind": kind, "subject": subject_id, "now": uow.now},
    )


@dataclass(frozen=True)
class DeadlineRunner:
    """Fires what is due. ``handlers`` by kind; a kind without a handler is left alone."""

    factory: UnitOfWorkFactory
    handlers: Mapping[str, Handler]

    async def fire_due(self, limit: int = 100) -> int:
        """Fires up to ``limit`` due deadlines, oldest first; how many succeeded."""
        fired = 0
        for _ in range(limit):
            outcome = await self._fire_one()
            if outcome is None:
                break
            fired += outcome
        return fired

    async def _fire_one(self) -> bool | None:
        """None when nothing is due."""
        found: list[Deadline] = []

        async def work(uow: UnitOfWork) -> None:
            found.clear()
            deadline = await self._lock_due(uow)
            if deadline is None:
                return
            found.append(deadline)
            # Settled before the handler runs: it may set the next one of the same kind.
            await uow.session.execute(
                text(
                    "UPDATE backbone.deadline SET state = 'fired', settled_at = :now WHERE id = :id"
                ),
                {"id": deadline.id, "now": uow.now},
            )
            await self.handlers[deadline.kind](deadline, uow)
            await reach("deadline.before_commit")

        try:
            await self.factory.run(SYSTEM(self.factory.service), work)
        except Exception as error:
            if is_away(error) or not found:
                raise
            await self._failed(found[0], error)
            return False
        if not found:
            return None
        DEADLINES_FIRED.labels(found[0].kind).inc()
        return True

    async def _lock_due(self, uow: UnitOfWork) -> Deadline | None:
        row = (
            await uow.session.execute(
                text("""
                    SELECT id, kind, subject_id, due_at, payload FROM backbone.deadline
                    WHERE state = 'open' AND due_at <= :now AND kind = ANY(:kinds)
                      AND (retry_at IS NULL OR retry_at <= :now)
                    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
                """),
                {"now": uow.now, "kinds": sorted(self.handlers)},
            )
        ).first()
        return None if row is None else Deadline(*row)

    async def _failed(self, deadline: Deadline, error: Exception) -> None:
        log.warning(
            "deadline_failed", kind=deadline.kind, error=type(error).__name__, exc_info=True
        )
        async with self.factory.engine.begin() as connection:
            await connection.execute(
                text("""
                    UPDATE backbone.deadline
                    SET attempts = attempts + 1, last_error = :error,
                        retry_at = CAST(:now AS timestamptz)
                            + least(power(2, attempts), 3600) * interval '1 second',
                        state = CASE WHEN attempts + 1 >= :most THEN 'failed' ELSE state END
                    WHERE id = :id AND state = 'open'
                """),
                {
                    "id": deadline.id,
                    "error": f"{type(error).__name__}: {error}"[:500],
                    "now": self.factory.clock.now(),
                    "most": MAX_ATTEMPTS,
                },
            )
