"""Idempotency keys: a command that is sent again is answered again, not carried out again.

The key's row is inserted first in the command's transaction, so a second request with the same
key waits for the first, and is then given its answer. Refusals are not kept: they changed
nothing, so a repeat is judged afresh. Kept for a day.
"""

import hashlib
import json
from dataclasses import dataclass

import asyncpg
from fastapi import Request, Response

from liandong.db.unit_of_work import Answer, UnitOfWork
from liandong.problems import Invalid

_CLAIM = """
    INSERT INTO backbone.idempotency_key (caller, key, request_hash) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING key
"""
_KNOWN = """
    SELECT request_hash, status, headers::text, body FROM backbone.idempotency_key
    WHERE caller = $1 AND key = $2
"""
_KEPT_HEADERS = (b"content-type", b"etag", b"location")


class KeyReused(Invalid):
    slug, title = "idempotency-key-reused", "同一 Idempotency-Key 不能用于不同的请求"


class AnswerKnown(Exception):
    """Carries the stored answer out of the dependency to the exception handler."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered before")
        self.response = response


@dataclass(frozen=True)
class Claim:
    """The key, claimed by the command that is being carried out."""

    uow: UnitOfWork
    caller: str
    key: str

    def keep(self, response: Response) -> None:
        """Leaves the answer with the unit, to be written with the command's effects."""
        headers = {
            name.decode(): value.decode("latin-1")
            for name, value in response.raw_headers
            if name in _KEPT_HEADERS
        }
        self.uow.answer = Answer(
            caller=self.caller,
            key=self.key,
            status=response.status_code,
            headers=json.dumps(headers),
            body=bytes(response.body),
        )


async def claim(uow: UnitOfWork, request: Request, key: str) -> Claim:
    """Claims the key for this request; raises :class:`AnswerKnown` or :class:`KeyReused`."""
    caller = uow.actor.subject
    fingerprint = await _fingerprint(request)
    claimed = await uow.sql.fetchval(_CLAIM, caller, key, fingerprint)
    if claimed is not None:
        return Claim(uow, caller, key)
    row = await uow.sql.fetchrow(_KNOWN, caller, key)
    assert row is not None
    if bytes(row["request_hash"]) != fingerprint:
        raise KeyReused()
    raise AnswerKnown(_answer(row))


async def _fingerprint(request: Request) -> bytes:
    scope = request.scope
    line = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}\n"
    return hashlib.sha256(line.encode() + await request.body()).digest()


def _answer(row: asyncpg.Record) -> Response:
    return Response(
        content=row["body"] or b"",
        status_code=row["status"],
        headers={**json.loads(row["headers"] or "{}"), "idempotent-replay": "true"},
    )
