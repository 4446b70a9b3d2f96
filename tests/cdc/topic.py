"""What a topic holds, read whole, and events to put into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from credit_list.listings.events import OrganizationListed
from liandong.cdc.connector import heartbeat_topic
from liandong.ids import uuid7
from liandong.transports.topics import ensure_topics, topic_names

PARTITIONS = 6
DAY = date(2026, 3, 2)
Record = ConsumerRecord[bytes, bytes]


@dataclass
class Versioned:
    """An aggregate as far as the unit of work looks at it."""

    version: int = 0

    def touch(self, now: datetime) -> None:
        self.version += 1


async def make_topics(bootstrap: str, prefix: str, services: Sequence[str], *cdc: str) -> None:
    await ensure_topics(bootstrap, topic_names(services, prefix), PARTITIONS)
    await ensure_topics(bootstrap, [heartbeat_topic(one, prefix) for one in cdc], 1)


def a_listing(organization_id: UUID, district: str = "340103") -> OrganizationListed:
    return OrganizationListed(
        listing_id=uuid7(),
        organization_id=organization_id,
        district=district,
        list="serious",
        trigger="penalty-revocation",
        listed_on=DAY,
        exit_not_before=date(2028, 3, 2),
        measures=["bar-bids"],
        rule_set="credit-list.listings/100000/2026-order-36",
    )


async def read_whole(bootstrap: str, topic: str) -> list[Record]:
    """Every message that is there now, partition after partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found: list[Record] = []
        for partition in partitions:
            while await consumer.position(partition) < ends[partition]:
                records: Any = await consumer.getmany(partition, timeout_ms=1000)
                found += records.get(partition, [])
        return found
    finally:
        await consumer.stop()


def id_of(record: Record) -> UUID:
    return UUID(dict(record.headers)["ce_id"].decode())
