"""What the connector writes is what the relay writes; what it is set to is what is delivered."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from pydantic import ValidationError

from liandong.cdc import slot
from liandong.cdc.connector import configuration
from liandong.db.engine import connect
from liandong.events.relay import Relay
from liandong.ids import uuid7
from liandong.settings import SERVICES
from liandong.testing.connect import register
from liandong.testing.services import an_actor, eventually, settings_for, start
from liandong.transports.kafka import KafkaPublisher
from registry.app import DEFINITION
from tests.cdc.conftest import Capture
from tests.cdc.topic import (
    Record,
    Versioned,
    a_listing,
    id_of,
    make_topics,
    read_whole,
)

FOLDER = Path(__file__).parents[2] / "deploy" / "debezium" / "connectors"
LARGE = 900_000


def test_the_delivered_connectors_are_what_the_code_makes() -> None:
    found = {file.stem: json.loads(file.read_text()) for file in FOLDER.glob("*.json")}
    assert found == {service: configuration(service) for service in SERVICES}


def test_a_connector_and_a_worker_speak_of_the_same_slot() -> None:
    settings = settings_for("credit-list", "postgresql://x/x", topic_prefix="Hefei-1.")
    assert configuration("credit-list", "Hefei-1.")["slot.name"] == slot.slot_of(settings)
    assert slot.slot_of(settings) == "hefei_1_liandong_credit_list"


@pytest.mark.parametrize(
    "given",
    [
        {"publisher": "cdc"},
        {
            "publisher": "cdc",
            "transport": "kafka",
            "kafka_bootstrap_servers": "x:9092",
            "state_topics": True,
        },
    ],
)
def test_settings_that_would_lose_something_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="LIANDONG_PUBLISHER"):
        settings_for("registry", "postgresql://x/x", **given)


async def test_the_connector_writes_byte_for_byte_what_the_relay_writes(
    capture: Capture, kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    topic = f"{kafka_topic_prefix}liandong.registry"
    await make_topics(kafka_bootstrap, kafka_topic_prefix, ["registry"], "registry")
    url = capture.url("registry")
    settings = settings_for(
        "registry", url, transport="kafka", kafka_bootstrap_servers=kafka_bootstrap,
        topic_prefix=kafka_topic_prefix,
    )  # fmt: skip
    sql = await connect(settings, "test")
    service = start(DEFINITION, url, transport="kafka", kafka_bootstrap_servers=kafka_bootstrap,
                    topic_prefix=kafka_topic_prefix)  # fmt: skip
    try:
        await slot.make(sql, settings)
        name = register(capture.connect, "registry", kafka_topic_prefix)
        ids = [await _commit(service.runtime.commands, number) for number in range(40)]
        relay = Relay(settings, KafkaPublisher(kafka_bootstrap, "relay"))
        assert await relay.drain() == len(ids)
        await relay.publisher.stop()
        await relay.close()

        async def both() -> dict[object, list[Record]]:
            found: dict[object, list[Record]] = defaultdict(list)
            for record in await read_whole(kafka_bootstrap, topic):
                found[id_of(record)].append(record)
            return found if sum(map(len, found.values())) >= 2 * len(ids) else {}

        for identity, copies in (await eventually(both)).items():
            first, second = copies
            assert first.key == second.key, identity
            assert first.value == second.value, identity
            assert first.headers == second.headers, identity  # order and all
            assert first.partition == second.partition, identity
        capture.connect.remove(name)
        await slot.drop(sql, settings)
    finally:
        await sql.close()
        await service.close()


async def _commit(units, number: int):
    """Events with and without what may be left out, in Chinese, small and large."""
    async with units.begin(an_actor()) as uow:
        uow.causation_id = str(uuid7()) if number % 2 else None
        event = a_listing(uuid7(), district="340103" if number % 3 else "340000")
        if number % 5 == 0:
            event = event.model_copy(update={"rule_set": "信用名单／严重违法失信“黑名单” \\ 😀"})
        if number == 7:
            event = event.model_copy(update={"rule_set": "大" * (LARGE // 3)})
        uow.publish(event, of=Versioned())
        return uow.events[-1].id


async def test_the_rights_that_operators_give_are_enough(capture: Capture) -> None:
    """The connector's account is tried by every test here; this is the service's own."""
    admin = await connect(settings_for("registry", capture.url("registry")), "test")
    await admin.execute("ALTER TABLE backbone.outbox OWNER TO registry")
    await admin.execute("GRANT USAGE ON SCHEMA backbone TO registry")  # in truth it owns that too
    await admin.close()
    settings = settings_for(
        "registry", capture.url("registry", user="registry"), topic_prefix="rights."
    )
    sql = await connect(settings, "test")
    try:
        await slot.make(sql, settings)
        await slot.mark(sql, slot.MARK)
        assert (await slot.standing(sql, settings)).safe
        await slot.drop(sql, settings)
    finally:
        await sql.close()


async def test_without_the_rights_nothing_is_made_and_the_remedy_is_named(capture: Capture) -> None:
    settings = settings_for(
        "registry", capture.url("registry", user="liandong_cdc"), topic_prefix="rights."
    )
    sql = await connect(settings, "test")
    try:
        with pytest.raises(slot.UnfitSlot, match=r"roles\.sql"):
            await slot.make(sql, settings)
        assert not (await slot.standing(sql, settings)).exists
    finally:
        await sql.close()
