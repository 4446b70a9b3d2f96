"""Latest states: told before their events, once for a batch, withdrawn, and told again."""

import asyncio
import json
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import text

from liandong.events.restating import restate
from liandong.events.states import StateBook, StateKind
from liandong.ids import uuid7
from liandong.testing.probe import ThingChanged, ThingMade, change, make
from liandong.testing.services import ServiceUnderTest, an_actor, eventually
from liandong.testing.states import (
    HIDDEN,
    STATED,
    THINGS,
    Recorder,
    ThingLost,
    ThingState,
    recording,
    things,
)
from liandong.transports.base import Outgoing
from liandong.transports.states_first import StatesFirst
from liandong.transports.topics import UnfitTopic, ensure_topics

ACTOR = an_actor()
BOOK = StateBook([THINGS])
ONE, TWO = uuid7(), uuid7()


def told(seq: int, subject: UUID, event: type[ThingMade] = ThingChanged, key: str = "") -> Outgoing:
    payload = event(thing_id=subject, value=seq, padding="x").model_dump_json().encode()
    attributes = {"id": str(uuid7()), "type": event.type, "subject": str(subject)}
    attributes |= {"sequence": str(seq), "partitionkey": key or str(subject)}
    topic = "liandong.probe"
    return Outgoing(seq, UUID(attributes["id"]), topic, key or str(subject), attributes, payload)


async def test_the_last_state_of_a_batch_is_told_before_all_its_events() -> None:
    broker = Recorder()
    batch = [told(1, ONE), told(2, TWO), told(3, ONE), told(4, TWO, ThingLost)]
    report = await StatesFirst(broker, BOOK).publish(batch)
    assert report.accepted == {1, 2, 3, 4}
    topics = ["liandong.probe.state"] * 2 + ["liandong.probe"] * 4
    assert [one.topic for one in broker.sent] == topics
    assert broker.latest == {
        f"thing:{ONE}": (3, {"thing_id": str(ONE), "value": 3}),
        f"thing:{TWO}": (4, None),
    }
    state = broker.sent[0]
    assert state.attributes["type"] == ThingState.type
    assert state.attributes["causationid"] == str(batch[2].id)
    again = BOOK.after(batch[2])
    assert again is not None
    assert again.attributes["id"] == state.attributes["id"], "the same when it is sent again"


async def test_an_event_waits_for_its_state_and_its_key_waits_behind_it() -> None:
    broker = Recorder(refused={f"thing:{ONE}"})
    batch = [told(1, ONE, key="k"), told(2, TWO, key="k"), told(3, TWO)]
    report = await StatesFirst(broker, BOOK).publish(batch)
    assert report.accepted == {3}
    assert set(report.refused) == {1}
    events = [one.seq for one in broker.sent if one.topic == "liandong.probe"]
    assert events == [3]


async def test_a_payload_that_tells_no_state_does_not_hold_up_its_event() -> None:
    broker = Recorder()
    batch = [told(1, ONE)._replace(payload=b"no json"), told(2, TWO)._replace(payload=b"[]")]
    report = await StatesFirst(broker, BOOK).publish(batch)
    assert report.accepted == {1, 2}
    assert broker.latest == {}


def test_an_event_that_lacks_a_field_of_the_state_is_found_when_the_service_is_made() -> None:
    class Wider(ThingState):
        colour: str

    with pytest.raises(TypeError, match="colour"):
        StateKind(Wider, [ThingMade], things)


async def _compacted(bootstrap: str, topic: str) -> list[tuple[str, bytes | None, int]]:
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
                    (one.key.decode(), one.value, int(dict(one.headers)["ce_sequence"]))
                    for one in records
                ]
        return found
    finally:
        await consumer.stop()


async def test_states_on_kafka_are_told_again_from_the_tables_in_order_with_the_events(
    start_service, kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    names = [f"{kafka_topic_prefix}liandong.probe{end}" for end in ("", ".state")]
    await ensure_topics(kafka_bootstrap, names, 3)
    service: ServiceUnderTest = await start_service(
        STATED,
        transport="kafka",
        kafka_bootstrap_servers=kafka_bootstrap,
        topic_prefix=kafka_topic_prefix,
        state_topics=True,
    )
    commands, relay = service.runtime.commands, service.runtime.relay
    async with commands.begin(ACTOR) as uow:
        one, hidden = await make(uow, 1), await make(uow, HIDDEN)
    await relay.drain()
    assert await restate(commands, ACTOR, THINGS) == 2
    async with commands.begin(ACTOR) as uow:
        await change(uow, one.id, 2)
    assert await relay.drain() == 3
    found = await _compacted(kafka_bootstrap, names[1])
    by_key: dict[str, list[tuple[bytes | None, int]]] = {}
    for key, value, number in found:
        by_key.setdefault(key, []).append((value, number))
    values = [(json.loads(value or b"0")["value"], n) for value, n in by_key[f"thing:{one.id}"]]
    # The rebuild and the change were published in one batch: the last of them is told.
    assert values == [(1, 1), (2, 2)]
    assert by_key[f"thing:{hidden.id}"][-1] == (None, 1)
    async with service.runtime.api_engine.connect() as connection:
        feed = await connection.scalars(
            text("SELECT type FROM backbone.event_feed ORDER BY position")
        )
        assert [one.rpartition(".")[2] for one in feed] == ["made", "made", "changed"]
        assert await connection.scalar(text("SELECT count(*) FROM backbone.outbox")) == 0
    await relay.publisher.stop()


async def test_a_rebuild_that_meets_a_change_does_not_put_the_old_state_behind_the_new_one(
    start_service,
) -> None:
    """The change holds the row; without its lock the rebuild would read what was before."""
    service: ServiceUnderTest = await start_service(STATED)
    broker, commands = recording(service), service.runtime.commands
    async with commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)

    async def waits() -> bool:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        async with service.runtime.read_engine.connect() as connection:
            return bool(await connection.scalar(waiting))

    async with commands.begin(ACTOR) as uow:
        await change(uow, thing.id, 2)
        await uow.flush()
        rebuilding = asyncio.create_task(restate(commands, ACTOR, THINGS))
        await eventually(waits)
    assert await rebuilding == 1
    await service.runtime.relay.drain()
    assert broker.latest[f"thing:{thing.id}"] == (2, {"thing_id": str(thing.id), "value": 2})


async def test_a_topic_of_states_that_would_forget_is_refused(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    name = f"{kafka_topic_prefix}liandong.probe.state"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 3, 1)])
    await admin.close()
    with pytest.raises(UnfitTopic, match=r"cleanup\.policy 为 delete，应为 compact"):
        await ensure_topics(kafka_bootstrap, [name], 3)
