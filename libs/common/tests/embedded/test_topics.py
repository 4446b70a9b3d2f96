"""Topics on a real broker."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from liandong.settings import SERVICES
from liandong.transports.topics import UnfitTopic, ensure_topics, topic_names


async def partitions(bootstrap: str, names: list[str]) -> dict[str, int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        found = await admin.describe_topics(names)
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in found}


async def test_topics_are_made_once_even_by_several_at_a_time(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    names = topic_names(SERVICES, kafka_topic_prefix)
    await asyncio.gather(*(ensure_topics(kafka_bootstrap, names) for _ in range(3)))
    await ensure_topics(kafka_bootstrap, names)
    assert f"{kafka_topic_prefix}liandong.credit-list" in names
    assert await partitions(kafka_bootstrap, names) == dict.fromkeys(names, 6)


async def test_a_topic_with_too_few_partitions_is_refused(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    names = topic_names(["registry"], kafka_topic_prefix)
    await ensure_topics(kafka_bootstrap, names, partitions=2)
    with pytest.raises(UnfitTopic, match="只有 2 个分区，至少需要 6 个"):
        await ensure_topics(kafka_bootstrap, names)


async def test_more_partitions_than_asked_for_are_welcome(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    names = topic_names(["registry"], kafka_topic_prefix)
    await ensure_topics(kafka_bootstrap, names, partitions=12)
    await ensure_topics(kafka_bootstrap, names)


async def test_a_broker_that_is_not_there_is_named() -> None:
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1:1"):
        await ensure_topics("127.0.0.1:1", ["x"])
