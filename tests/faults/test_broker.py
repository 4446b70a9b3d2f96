"""The broker is away, restarted, or does not take what it is given."""

import asyncio
import random
import re
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from liandong.testing.kafka import KafkaBroker, KafkaUnavailable, private_broker
from liandong.testing.services import eventually
from liandong.transports.kafka import MAX_REQUEST_BYTES

AGE = "liandong_outbox_oldest_seconds"
BLOCKED = "liandong_relay_blocked_total"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker of this module's own; every test leaves it running."""
    try:
        made = private_broker(tmp_path_factory.mktemp("broker"))
    except KafkaUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield made
    made.discard()


pytestmark = pytest.mark.parametrize("transport", ["kafka"])


@pytest.fixture
def kafka_bootstrap(broker: KafkaBroker) -> str:
    return broker.bootstrap_servers


async def _metric(worker, name: str) -> float:
    async with httpx.AsyncClient(base_url=worker.url, timeout=30) as client:
        told = (await client.get("/metrics")).text
    found = re.search(rf'^{name}{{service="probe"}} (\S+)$', told, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def _shows(worker, wanted: Callable[[float], bool]) -> None:
    """Waits until the outbox's age, as the worker tells it, is as wanted."""

    async def shown() -> bool:
        return wanted(await _metric(worker, AGE))

    await eventually(shown, 60)


async def _outbox(pair) -> int:
    [row] = await pair.fetch(pair.probe_database, "SELECT count(*) FROM backbone.outbox")
    return row[0]


@pytest.mark.scenario(
    11,
    "broker away",
    "the API answers, the outbox grows, on return all is published in order; its age rose and fell",
)
async def test_without_a_broker_commands_go_on_and_their_events_follow_when_it_is_back(
    campaign, new_pair, broker
):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        pair.mirror().start()
        worker, api = pair.probe("worker", other_port=True), pair.probe("api")
        for process in (worker, api):
            process.start()
            await process.ready()
        await pair.write(things=3, changes=3)
        await pair.settled()
        await asyncio.to_thread(broker.stop, abruptly=True)
        try:
            ended = time.monotonic() + campaign.scale(5, 60)
            async with pair.client() as client:
                written = 0
                while time.monotonic() < ended or written < 20:
                    answer = await client.post("/v1/things", json={"value": written})
                    assert answer.status_code == 201
                    await pair.change(answer.json()["id"], written)
                    written += 1
            assert await _outbox(pair) == 2 * written
            await _shows(worker, lambda age: age > 1)
        finally:
            await asyncio.to_thread(broker.start)
        await pair.settled(120)
        await _shows(worker, lambda age: age == 0)
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    15,
    "message larger than the broker takes",
    "parked with its reason, counted; other keys go on, and its own when the limit was raised",
)
async def test_an_event_too_large_for_the_topic_blocks_its_key_alone_until_the_limit_is_raised(
    campaign, new_pair
):
    for _ in campaign.rounds():
        pair = await new_pair(partitions=1)
        pair.mirror().start()
        await _limit(pair, 20_000)
        early = await pair.make(1)
        large = await pair.make(2, _noise(40_000))
        for value in range(3, 23):  # fit one by one, but not all into one request
            await pair.make(value, _noise(3_000))
        for thing in (early, large):
            await pair.change(thing, 3)
        worker, api = pair.probe("worker", other_port=True), pair.probe("api")
        worker.start()
        api.start()
        await pair.published()
        [blocked] = await pair.fetch(pair.probe_database, "SELECT * FROM backbone.outbox_blocked")
        assert blocked["aggregateid"] == str(large)
        assert "limit" in blocked["reason"]
        assert await _outbox(pair) == 2
        assert await _metric(worker, BLOCKED) == 1
        await _limit(pair, 2_000_000)
        await pair.fetch(pair.probe_database, "DELETE FROM backbone.outbox_blocked")
        await pair.settled()
        campaign.count(await pair.tally())


@pytest.mark.scenario(
    15,
    "message larger than a request may be",
    "parked with its reason, counted; other keys and its own earlier events go on",
)
async def test_an_event_too_large_for_any_request_blocks_what_follows_it_of_its_key_alone(
    campaign, new_pair
):
    for _ in campaign.rounds(2):
        pair = await new_pair(partitions=1)
        pair.mirror().start()
        thing = await pair.make(1)
        large = await pair.make(2, "x" * (MAX_REQUEST_BYTES + 1))
        for each in (large, thing):
            await pair.change(each, 3)
        others = await pair.write(things=5, changes=2)
        worker = pair.probe("worker", other_port=True)
        pair.probe("api").start()
        worker.start()
        await pair.published()
        [blocked] = await pair.fetch(pair.probe_database, "SELECT * FROM backbone.outbox_blocked")
        assert blocked["aggregateid"] == str(large)
        assert "limit" in blocked["reason"]
        assert await _outbox(pair) == 2
        assert await _metric(worker, BLOCKED) == 1
        await _has_effects(pair, 2 + 3 * len(others))


async def _has_effects(pair, number: int) -> None:
    async def all_there() -> bool:
        return len(await pair.fetch(pair.mirror_database, "SELECT 1 FROM effect")) == number

    await eventually(all_there)


def _noise(length: int) -> str:
    """What compression makes no smaller."""
    return random.Random(length).randbytes(length).hex()[:length]


async def _limit(pair, number: int) -> None:
    """The largest message that the topic takes from now on."""
    admin = AIOKafkaAdminClient(bootstrap_servers=pair.topic.bootstrap)
    await admin.start()
    try:
        # All of them, as this call takes away what it does not name: without its days of retention
        # the topic would be refused.
        settings = {"max.message.bytes": str(number), "retention.ms": str(28 * 86_400_000)}
        topic = ConfigResource(ConfigResourceType.TOPIC, pair.topic.name, settings)
        await admin.alter_configs([topic])
    finally:
        await admin.close()


@pytest.mark.scenario(
    19,
    "broker restarted while the consumer idles",
    "consumption resumes within 60 s, or the process ends for its supervisor",
)
@pytest.mark.parametrize("abruptly", [False, True], ids=["asked", "killed"])
async def test_an_idle_consumer_outlives_the_restart_of_its_broker(
    campaign, new_pair, broker, abruptly
):
    for _ in campaign.rounds(2):
        pair = await new_pair()
        mirror = pair.mirror()
        for process in (mirror, pair.probe()):
            process.start()
            await process.ready()
        await pair.write(things=3, changes=2)
        await pair.settled()
        for _ in range(campaign.scale(1, 3)):
            await asyncio.to_thread(broker.stop, abruptly=abruptly)
            await asyncio.to_thread(broker.start)
            await pair.write(things=3, changes=2)
            supervisor = asyncio.create_task(_start_again_when_it_ends(mirror))
            try:
                await pair.settled(60)
            finally:
                supervisor.cancel()
                await asyncio.gather(supervisor, return_exceptions=True)
        campaign.count(await pair.tally())


async def _start_again_when_it_ends(process) -> None:
    while True:
        assert await process.died(600) != 0
        process.start()
