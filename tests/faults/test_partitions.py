"""More partitions for a topic in use: the procedure of docs/operations/upgrades.md, played."""

import asyncio
from collections import Counter

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from liandong.db.engine import asyncpg_arguments
from liandong.preflight.belonging import belongs
from liandong.preflight.topics import accept_partitions
from liandong.testing.pair import patient_mirror
from liandong.testing.probe import PROBE
from liandong.testing.services import eventually, settings_for
from tests.faults.test_rolling import clerk
from tests.faults.test_upgrades import both_handle, more, start

FEW, MANY = 3, 7

pytestmark = pytest.mark.parametrize("transport", ["kafka"])


async def drained(pair):
    """Returns when the readers' group has read everything that is on the topic."""
    topic = pair.topic
    [group] = patient_mirror().groups
    async with AIOKafkaConsumer(
        bootstrap_servers=topic.bootstrap,
        group_id=pair.settings["topic_prefix"] + group.name,
        enable_auto_commit=False,
    ) as looking:
        lanes = [TopicPartition(topic.name, number) for number in range(FEW)]
        looking.assign(lanes)  # without a place in the group

        async def at_the_end():
            ends = await looking.end_offsets(lanes)
            return all([(await looking.committed(one) or 0) == ends[one] for one in lanes])

        await eventually(at_the_end)


async def grown(topic, partitions):
    """As ``kafka-topics.sh --alter --partitions`` does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=topic.bootstrap)
    await admin.start()
    try:
        answer = await admin.create_partitions({topic.name: NewPartitions(partitions)})
        assert [code for _, code, *_ in answer.topic_errors] == [0]
    finally:
        await admin.close()


async def adopted(pair):
    """As ``liandong adopt --service probe --partitions`` does; the number that is accepted."""
    settings = settings_for("probe", pair.probe_database, **pair.settings)
    connection = await asyncpg.connect(**asyncpg_arguments(pair.probe_database))
    try:
        mine = await belongs(PROBE, settings, connection, take=False)
    finally:
        await connection.close()
    return await accept_partitions(settings, mine)


@pytest.mark.timeout(600)
@pytest.mark.scenario(
    31,
    "a topic in use gets more partitions",
    "commands go on; without the procedure the publisher is refused; order per key is kept",
)
async def test_a_topic_in_use_gets_more_partitions(campaign, new_pair):
    for _ in campaign.rounds(2):
        pair = await new_pair(partitions=FEW)
        api, worker = pair.probe("api"), pair.probe("worker", other_port=True)
        readers = [pair.mirror(), pair.mirror()]
        await start(api, worker, *readers)
        stop, seen = asyncio.Event(), Counter()
        traffic = [
            asyncio.create_task(clerk(pair, [api.url], stop, seen))
            for _ in range(campaign.scale(12, 40))
        ]
        await more(seen, traffic)

        worker.terminate()  # 1. the API goes on, the outbox keeps the events
        assert await worker.died() == 0
        await drained(pair)  # 2.
        await more(seen, traffic)
        await grown(pair.topic, MANY)  # 3.
        hasty = pair.probe("worker", other_port=True)
        hasty.start()
        assert await hasty.died() == 4
        assert f"由 {FEW} 个变为 {MANY} 个" in hasty.told()
        assert await adopted(pair) == MANY  # 4.
        worker = pair.probe("worker", other_port=True, kafka_partitions=MANY)
        await start(worker)
        made = await both_handle(pair, *readers)
        await more(seen, traffic)

        stop.set()
        await asyncio.gather(*traffic)
        assert set(seen) == {200, 201}, seen
        await pair.settled()
        tally = await pair.tally(by_time=True)
        assert tally.committed == seen.total() + made
        campaign.count(tally)
        assert await lanes_used(pair) > FEW


async def lanes_used(pair):
    """How many partitions have events."""
    topic = pair.topic
    async with AIOKafkaConsumer(bootstrap_servers=topic.bootstrap) as looking:
        lanes = [TopicPartition(topic.name, number) for number in range(MANY)]
        looking.assign(lanes)
        return sum(end > 0 for end in (await looking.end_offsets(lanes)).values())
