"""Telling every latest state once more, from the tables: ``liandong states rebuild``.

The states go through the outbox, each written while its aggregate is locked: so they keep their
place among the events of the aggregate, however many relays and commands are at work.
"""

import json
from collections.abc import Callable
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory, shard_of
from liandong.events.envelope import Envelope
from liandong.events.states import SUFFIX, TOMBSTONE, Snapshot, StateKind
from liandong.identity.actors import Actor
from liandong.ids import uuid7

BATCH = 200

_WRITE = """
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
         occurred_at)
    VALUES ($1, $2, $3, 'state', $4, $5, $6, $7, $8, $9)
"""


async def restate(
    units: UnitOfWorkFactory,
    actor: Actor,
    kind: StateKind,
    *,
    told: Callable[[int], None] = lambda many: None,
) -> int:
    """Writes the state of every aggregate of the kind into the outbox; how many. ``told`` is
    called after each batch. It can be repeated and interrupted: a state told twice does no harm."""
    total, after = 0, None
    while True:
        found = await units.run(actor, _batch(kind, after))
        total += len(found)
        told(len(found))
        if len(found) < BATCH:
            return total
        after = found[-1].id


def _batch(kind: StateKind, after: UUID | None):
    async def work(uow: UnitOfWork) -> list[Snapshot]:
        found = list(await kind.page(uow.session, after, BATCH))
        await uow.sql.executemany(_WRITE, [_row(uow, kind, one) for one in found])
        if after is None:
            uow.record("states.rebuilt", "state", kind.state.type)
        return found

    return work


def _row(uow: UnitOfWork, kind: StateKind, one: Snapshot) -> tuple[object, ...]:
    payload = one.state.model_dump_json().encode() if one.state is not None else TOMBSTONE
    envelope = Envelope(
        id=uuid7(),
        source=f"/liandong/{uow.service}",
        type=kind.state.type,
        subject=str(one.id),
        time=uow.now,
        key=one.key,
        sequence=one.version,
        dataschema=kind.state.dataschema(),
        payload=payload,
        district=one.district,
    )
    topic = f"{uow.topic_prefix}liandong.{uow.service}{SUFFIX}"
    return (
        envelope.id, shard_of(one.key), topic, one.key, kind.state.type, one.district,
        json.dumps(envelope.attributes()), payload, uow.now,
    )  # fmt: skip
