"""Telling every latest state once more, from the tables: ``liandong states rebuild``.

The states go through the outbox, each written while its aggregate is locked: so they keep their
place among the events of the aggregate, however many relays and commands are at work.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork, UnitOfWorkFactory, outbox_row
from liandong.events.states import SUFFIX, StateKind, telling
from liandong.identity.actors import Actor

BATCH = 200

_WRITE = """
    INSERT INTO backbone.outbox
        (id, shard, topic, aggregatetype, aggregateid, type, district, headers, payload,
         occurred_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
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
    async def work(uow: UnitOfWork) -> Sequence[Any]:
        query = kind.rows(after, BATCH).with_for_update(read=True)
        found = (await uow.session.scalars(query)).all()
        topic = f"{uow.topic_prefix}liandong.{uow.service}{SUFFIX}"
        tellings = [telling(kind, one, uow.service) for one in found]
        await uow.sql.executemany(
            _WRITE, [outbox_row(one, topic, "state", uow.now) for one in tellings]
        )
        if after is None:
            uow.record("states.rebuilt", "state", kind.state.type)
        return found

    return work
