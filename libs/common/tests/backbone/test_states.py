"""Latest states: told before their events, once for a batch, withdrawn, and told again."""

import asyncio
import json
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import text

from liandong.db.unit_of_work import UnitOfWork
from liandong.events.restating import restate
from liandong.ids import uuid7
from liandong.testing.probe import Thing, ThingMade, change, make
from liandong.testing.services import ServiceUnderTest, an_actor, eventually
from liandong.testing.states import (
    HIDDEN,
    STATED,
    THINGS,
    Recorder,
    ThingState,
    compacted,
    recording,
)
from liandong.transports.base import Outgoing
from liandong.transports.states_first import StatesFirst
from liandong.transports.topics import UnfitTopic, ensure_topics

ACTOR = an_actor()
ONE, TWO = uuid7(), uuid7()


def made(seq: int, subject: UUID, key: str = "") -> Outgoing:
    """An event as it waits in the outbox."""
    attributes = {"id": str(uuid7()), "type": ThingMade.type, "subject": str(subject)}
    attributes |= {"sequence": str(seq), "partitionkey": key or str(subject)}
    identity = UUID(attributes["id"])
    return Outgoing(seq, identity, "liandong.probe", key or str(subject), attributes, b"{}")


def state(seq: int, subject: UUID, value: int | None, key: str = "") -> Outgoing:
    """A state as it waits in the outbox; of no value: a tombstone."""
    event = made(seq, subject, key)
    payload = b"" if value is None else json.dumps({"value": value}).encode()
    attributes = event.attributes | {"type": ThingState.type}
    return event._replace(topic="liandong.probe.state", attributes=attributes, payload=payload)


async def test_the_last_state_of_a_batch_is_told_before_all_its_events() -> None:
    broker = Recorder()
    batch = [state(1, ONE, 1), made(2, ONE), state(3, TWO, 3), made(4, TWO)]
    batch += [state(5, ONE, 5), made(6, ONE), state(7, TWO, None), made(8, TWO)]
    report = await StatesFirst(broker).publish(batch)
    assert report.accepted == set(range(1, 9))
    topics = ["liandong.probe.state"] * 2 + ["liandong.probe"] * 4
    assert [one.topic for one in broker.sent] == topics
    assert broker.latest == {f"thing:{ONE}": (5, {"value": 5}), f"thing:{TWO}": (7, None)}


async def test_an_event_waits_for_its_state_and_its_key_waits_behind_it() -> None:
    broker = Recorder(refused={f"thing:{ONE}"})
    batch = [state(1, ONE, 1, "k"), made(2, ONE, "k"), made(3, TWO, "k"), made(4, TWO)]
    report = await StatesFirst(broker).publish(batch)
    assert report.accepted == {4}
    assert set(report.refused) == {1}
    events = [one.seq for one in broker.sent if one.topic == "liandong.probe"]
    assert events == [4]


async def _waiting(service: ServiceUnderTest) -> list[tuple[str, int, bytes]]:
    """The outbox: type, sequence and payload, in its order."""
    async with service.runtime.api_engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT type, headers->>'sequence' AS n, payload FROM backbone.outbox ORDER BY seq"
            )
        )
        return [(row.type.rpartition(".")[2], int(row.n), bytes(row.payload)) for row in rows]


async def test_a_command_tells_one_state_before_its_events(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    recording(service)
    async with service.runtime.commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
        await uow.session.flush()
        await change(uow, thing.id, 2)
    payload = ThingState(thing_id=thing.id, value=2).model_dump_json().encode()
    waiting = await _waiting(service)
    assert [one[:2] for one in waiting] == [("state", 2), ("made", 1), ("changed", 2)]
    assert waiting[0][2] == payload


async def test_a_change_without_an_event_is_told_and_a_failed_command_tells_nothing(
    start_service,
) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    broker, commands = recording(service), service.runtime.commands
    async with commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
    async with commands.begin(ACTOR) as uow:
        row = await uow.session.get(Thing, thing.id, with_for_update=True)
        assert row is not None
        row.value = 5
        row.touch(uow.now)

    async def fails(uow: UnitOfWork) -> None:
        await change(uow, thing.id, 6)
        await uow.session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await commands.run(ACTOR, fails)
    await service.runtime.relay.drain()
    assert broker.latest == {f"thing:{thing.id}": (2, {"thing_id": str(thing.id), "value": 5})}


async def test_what_was_never_shown_is_not_even_told_to_be_gone(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    broker, commands = recording(service), service.runtime.commands
    async with commands.begin(ACTOR) as uow:
        hidden, shown = await make(uow, HIDDEN), await make(uow, 1)
    async with commands.begin(ACTOR) as uow:
        await change(uow, shown.id, HIDDEN)
    async with commands.begin(ACTOR) as uow:
        again = await uow.session.get(Thing, shown.id, with_for_update=True)
        assert again is not None
        again.touch(uow.now)
    await service.runtime.relay.drain()
    assert broker.latest == {f"thing:{shown.id}": (2, None)}
    assert f"thing:{hidden.id}" not in broker.latest


async def test_a_row_that_is_deleted_takes_its_state_along(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    broker, commands = recording(service), service.runtime.commands
    async with commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
    async with commands.begin(ACTOR) as uow:
        row = await uow.session.get(Thing, thing.id, with_for_update=True)
        assert row is not None
        await uow.session.delete(row)
    await service.runtime.relay.drain()
    assert broker.latest == {f"thing:{thing.id}": (2, None)}


async def test_what_was_taken_back_to_a_savepoint_is_told_as_it_is(start_service) -> None:
    service: ServiceUnderTest = await start_service(STATED)
    broker, commands = recording(service), service.runtime.commands
    async with commands.begin(ACTOR) as uow:
        thing = await make(uow, 1)
    async with commands.begin(ACTOR) as uow:
        row = await uow.session.get(Thing, thing.id, with_for_update=True)
        assert row is not None
        savepoint = await uow.session.begin_nested()
        row.value = 9
        uow.session.add(Thing(value=8, created_at=uow.now, updated_at=uow.now))
        await uow.session.flush()
        await savepoint.rollback()
    await service.runtime.relay.drain()
    assert broker.latest == {f"thing:{thing.id}": (1, {"thing_id": str(thing.id), "value": 1})}


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
    assert await relay.drain() == 4, "two states told again, a state and its event"
    found = await compacted(kafka_bootstrap, names[1])
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
