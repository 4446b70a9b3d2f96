"""The topic of a connector's heartbeats, by which it tells its place while there are no events."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from liandong.cdc.connector import heartbeat_topic
from liandong.settings import Settings
from liandong.transports.topics import UnfitTopic, ensure_topics, topic_names


async def make_topic(settings: Settings) -> None:
    """Makes it, with as many copies as the service's own topic has. Raises :class:`UnfitTopic`
    where that is missing, ConnectionError and KafkaError without a broker."""
    servers, access = settings.kafka_bootstrap_servers, settings.options()
    [own] = topic_names([settings.service], settings.topic_prefix)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=10_000, **access)
    try:
        await admin.start()
        told: list[dict[str, Any]] = (
            await admin.describe_topics([own]) if own in await admin.list_topics() else []
        )
    finally:
        await admin.close()
    if not told or not told[0]["partitions"]:
        raise UnfitTopic(
            f"Kafka 中没有主题 {own}：请先执行 python -m liandong.transports.topics。 "
            f"There is no topic {own}: make the topics first."
        )
    copies = min(len(one["replicas"]) for one in told[0]["partitions"])
    name = heartbeat_topic(settings.service, settings.topic_prefix)
    await ensure_topics(servers, [name], 1, copies, access)
