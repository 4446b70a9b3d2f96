"""The probe's things with latest states, and a broker in memory that keeps what it was sent."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.events.restating import restate
from liandong.events.states import SUFFIX, Snapshot, State, StateBook, StateKind
from liandong.testing.probe import PROBE, Thing, ThingChanged, ThingMade
from liandong.testing.services import ServiceUnderTest, an_actor
from liandong.transports.base import FeedOnly, Outgoing, PublishReport
from liandong.transports.states_first import StatesFirst

HIDDEN = 7
"""A thing of this value is shown to nobody."""


class ThingState(State):
    type: ClassVar[str] = "cn.liandong.probe.thing.state"
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID
    value: int


class ThingLost(ThingMade):
    type: ClassVar[str] = "cn.liandong.probe.thing.lost"


async def things(session: AsyncSession, after: UUID | None, limit: int) -> Sequence[Snapshot]:
    query = select(Thing).order_by(Thing.id).limit(limit)
    if after is not None:
        query = query.where(Thing.id > after)
    return [
        Snapshot(
            one.id,
            one.version,
            str(one.id),
            "340100",
            None if one.value == HIDDEN else ThingState(thing_id=one.id, value=one.value),
        )
        for one in await session.scalars(query.with_for_update(read=True))
    ]


THINGS = StateKind(ThingState, [ThingMade, ThingChanged], things, ended_by=[ThingLost])
STATED = dataclasses.replace(PROBE, states=[THINGS])


class Kept(NamedTuple):
    sequence: int
    fields: dict[str, Any] | None
    """None: a tombstone."""


@dataclass
class Recorder(FeedOnly):
    """Takes everything but messages of ``refused`` keys, and nothing behind those of their key."""

    sent: list[Outgoing] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        taken = [one for one in messages if one.key not in self.refused]
        self.sent += taken
        heads: dict[str, int] = {}
        for one in messages:
            if one.key in self.refused:
                heads.setdefault(one.key, one.seq)
        refused = dict.fromkeys(heads.values(), "too large")
        return PublishReport(frozenset(one.seq for one in taken), refused)

    @property
    def latest(self) -> dict[str, Kept]:
        """What a reader of the compacted topic finds, by the key of the record."""
        return {
            one.key: Kept(
                int(one.attributes["sequence"]), json.loads(one.payload) if one.payload else None
            )
            for one in self.sent
            if one.topic.endswith(SUFFIX)
        }


def recording(service: ServiceUnderTest) -> Recorder:
    """Puts a recorder in the place of the service's broker, with its states told first."""
    recorder = Recorder()
    states = StateBook(service.definition.states)
    service.runtime.relay.publisher = StatesFirst(recorder, states)
    return recorder


async def rebuilt(service: ServiceUnderTest) -> dict[str, Kept]:
    """What a rebuild tells of every aggregate, by the key of the record."""
    recorder = recording(service)
    for kind in service.definition.states:
        await restate(service.runtime.commands, an_actor("operator"), kind)
    await service.runtime.relay.drain()
    return recorder.latest
