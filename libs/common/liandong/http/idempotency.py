"""Idempotency keys: a command that is sent again is answered again, not carried out again.

The key's row is inserted first in the command's transaction, so a second request with the same
key waits for the first, and is then given its answer. Refusals are not kept: they changed
nothing, so a repeat is judged afresh. Kept for a day.
"""

import hashlib
import json
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import RowMapping, text

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Invalid

_KEPT_HEADERS = ("content-type", "etag", "location")


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

    async def keep(self, response: Response) -> None:
        """Stores the answer beside the command's effects, before the commit."""
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        await self.uow.session.flush()
        await self.uow.session.execute(
            text(
                "UPDATE backbone.idempotency_key SET status = :status,"
                " headers = CAST(:headers AS jsonb), body = :body"
                " WHERE caller = :caller AND key = :key"
            ),
            {
                "status": response.status_code,
                "headers": json.dumps(headers),
                "body": bytes(response.body),
                "caller": self.caller,
                "key": self.key,
            },
        )


async def claim(uow: UnitOfWork, request: Request, key: str) -> Claim:
    """Claims the key for this request; raises :class:`AnswerKnown` or :class:`KeyReused`."""
    caller = uow.actor.subject
    fingerprint = await _fingerprint(request)
    names = {"caller": caller, "key": key}
    claimed = await uow.session.scalar(
        text(
            "INSERT INTO backbone.idempotency_key (caller, key, request_hash)"
            " VALUES (:caller, :key, :hash) ON CONFLICT DO NOTHING RETURNING key"
        ),
        names | {"hash": fingerprint},
    )
    if claimed is not None:
        return Claim(uow, caller, key)
    row = (
        (
            await uow.session.execute(
                text(
                    "SELECT * FROM backbone.idempotency_key WHERE caller = :caller AND key = :key"
                ),
                names,
            )
        )
        .mappings()
        .one()
    )
    if bytes(row["request_hash"]) != fingerprint:
        raise KeyReused()
    raise AnswerKnown(_answer(row))


async def _fingerprint(request: Request) -> bytes:
    line = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(line.encode() + await request.body()).digest()


def _answer(row: RowMapping) -> Response:
    headers = row["headers"]
    kept = json.loads(headers) if isinstance(headers, str) else headers
    return Response(
        content=bytes(row["body"] or b""),
        status_code=row["status"],
        headers={**(kept or {}), "idempotent-replay": "true"},
    )
