"""The probe's things with latest states, and a broker in memory that keeps what it was sent."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from liandong.events.restating import restate
from liandong.events.states import SUFFIX, State, StateKind
from liandong.testing.probe import PROBE, Thing
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


def shown(thing: Thing) -> ThingState | None:
    return None if thing.value == HIDDEN else ThingState(thing_id=thing.id, value=thing.value)


THINGS = StateKind(ThingState, Thing, shown)
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
    """Puts a recorder in the place of the service's broker; commands tell states from now on."""
    recorder = Recorder()
    service.runtime.states.told = True
    service.runtime.relay.publisher = StatesFirst(recorder)
    return recorder


async def rebuilt(service: ServiceUnderTest) -> dict[str, Kept]:
    """What a rebuild tells of every aggregate, by the key of the record."""
    recorder = recording(service)
    for kind in service.definition.states:
        await restate(service.runtime.commands, an_actor("operator"), kind)
    await service.runtime.relay.drain()
    return recorder.latest


async def compacted(bootstrap: str, topic: str) -> list[tuple[str, bytes | None, int]]:
    """Everything in a topic of states of three partitions: key, value and sequence."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    places = [TopicPartition(topic, number) for number in range(3)]
    consumer.assign(places)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(places)
        found: list[tuple[str, bytes | None, int]] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [
                    ((one.key or b"").decode(), one.value, int(dict(one.headers)["ce_sequence"]))
                    for one in records
                ]
        return found
    finally:
        await consumer.stop()
