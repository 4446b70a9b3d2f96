"""Audit entries of questions: many who ask at the same time are put on record together.

A command writes its entry with its change. A question changes nothing, and a transaction for
each would cost more than the answer: whoever asks while one transaction is being written waits
for the next, in which all of them are. Nobody is answered before the own entry is committed.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from liandong.clock import Clock
from liandong.db.reads import ReadPool
from liandong.identity.actors import Actor
from liandong.ids import uuid7

_WRITE = """
    WITH entry AS (
        INSERT INTO backbone.audit_entry
            (id, at, actor, actor_roles, action, subject_type, subject_id, district, details,
             request_id)
        SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[],
                             $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
        RETURNING id)
    INSERT INTO backbone.audit_pending SELECT id FROM entry
"""


@dataclass
class GatheredAudit:
    """One transaction is written at a time: one connection of the pool is enough."""

    pool: ReadPool
    clock: Clock
    _waiting: list[tuple[tuple[Any, ...], asyncio.Future[None]]] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None

    def record(
        self,
        actor: Actor,
        action: str,
        subject_type: str,
        subject_id: str,
        *,
        request_id: str = "",
        **details: Any,
    ) -> "asyncio.Future[None]":
        """Await it before the answer leaves: it is done when the entry is committed, and raises
        what kept it from being written."""
        told = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        roles = ",".join(sorted(actor.roles))
        entry = (
            uuid7(), self.clock.now(), actor.subject, roles, action, subject_type, subject_id,
            actor.district or "", told, request_id,
        )  # fmt: skip
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.add_done_callback(_seen)
        self._waiting.append((entry, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return written

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            failure: Exception | None = None
            try:
                columns = zip(*(entry for entry, _ in batch), strict=True)
                await self.pool.rows(_WRITE, *map(list, columns))
            except Exception as error:  # theirs who wait, every one of them
                failure = error
            for _, written in batch:
                if written.done():
                    continue
                if failure is None:
                    written.set_result(None)
                else:
                    written.set_exception(failure)


def _seen(written: "asyncio.Future[None]") -> None:
    """Whoever went away before must not leave an error behind that nobody takes."""
    if not written.cancelled():
        written.exception()
