"""What a service's topic holds, read without a consumer group, and where groups have read to."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError

from liandong.cancellation import noticed
from liandong.events.envelope import MalformedEnvelope, from_kafka_headers, read_envelope
from liandong.reconciliation.errors import TopicUnreadable
from liandong.settings import Settings
from liandong.transports.topics import topic_names

_PAGE = 2000
_PATIENCE_SECONDS = 30.0


class Record(NamedTuple):
    """One of the service's own events, as the topic holds it."""

    id: UUID
    partition: int
    offset: int
    key: str
    type: str
    subject: str
    sequence: int


@dataclass(frozen=True)
class Extent:
    """From where to where a topic is read, by partition. ``since`` is None while nothing of the
    topic has run out; else what was published before it need not be there any more."""

    offsets: Mapping[int, tuple[int, int]]
    since: datetime | None


def topic_of(settings: Settings) -> str:
    return topic_names([settings.service], settings.topic_prefix)[0]


@asynccontextmanager
async def reader_of(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """A client that reads what it is told to; its errors become :class:`TopicUnreadable`."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        client_id=f"liandong-{settings.service}-reconcile",
        enable_auto_commit=False,
        isolation_level="read_committed",
        request_timeout_ms=15_000,
        **settings.options(),
    )
    try:
        try:
            await noticed(consumer.start(), "the start of the Kafka client")
            yield consumer
        finally:
            await noticed(consumer.stop(), "the end of the Kafka client")
    except (KafkaError, OSError, TimeoutError) as error:
        raise TopicUnreadable(
            f"{settings.service}：无法读取 Kafka 主题（{type(error).__name__}）"
        ) from error


async def extent_of(settings: Settings, consumer: AIOKafkaConsumer, topic: str) -> Extent:
    """Raises :class:`TopicUnreadable` when there is no such topic."""
    numbers = await _numbers(settings, topic)
    partitions = [TopicPartition(topic, number) for number in numbers]
    consumer.assign(partitions)
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    offsets = {one.partition: (begins[one], ends[one]) for one in partitions}
    since = [await _first_kept(consumer, one, *offsets[one.partition]) for one in partitions]
    return Extent(offsets, max((one for one in since if one is not None), default=None))


async def _first_kept(
    consumer: AIOKafkaConsumer, partition: TopicPartition, begin: int, end: int
) -> datetime | None:
    """When the oldest message that is still there was published; None when none has run out."""
    if begin == 0:
        return None
    if begin == end:
        return datetime.now(UTC)
    async for record in _records(consumer, partition, begin, begin + 1):
        return datetime.fromtimestamp(record.timestamp / 1000, UTC)
    return datetime.now(UTC)


async def events(
    consumer: AIOKafkaConsumer, topic: str, extent: Extent, source: str
) -> AsyncIterator[list[Record]]:
    """Pages of the events of ``source`` within the extent, partition after partition. Leaves out
    messages that are none: whoever reads them has set them aside."""
    for number, (begin, end) in extent.offsets.items():
        page: list[Record] = []
        async for record in _records(consumer, TopicPartition(topic, number), begin, end):
            found = _read(record, source)
            if found is not None:
                page.append(found)
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page


async def last_events(
    consumer: AIOKafkaConsumer, topic: str, extent: Extent, source: str
) -> list[Record]:
    """The last message of each partition, where it is one of the events of ``source``."""
    tail = {
        number: (max(begin, end - 1), end)
        for number, (begin, end) in extent.offsets.items()
        if end > begin
    }
    pages = [page async for page in events(consumer, topic, Extent(tail, None), source)]
    return [record for page in pages for record in page]


async def _records(
    consumer: AIOKafkaConsumer, partition: TopicPartition, begin: int, end: int
) -> AsyncIterator[ConsumerRecord[Any, Any]]:
    if begin >= end:
        return
    consumer.assign([partition])
    consumer.seek(partition, begin)
    while await consumer.position(partition) < end:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            found = await consumer.getmany(partition, timeout_ms=1000, max_records=_PAGE)
        for record in found.get(partition, ()):
            if record.offset < end:
                yield record


def _read(record: ConsumerRecord[Any, Any], source: str) -> Record | None:
    try:
        envelope = read_envelope(from_kafka_headers(record.headers), b"")
    except MalformedEnvelope:
        return None
    if envelope.source != source:
        return None
    return Record(
        envelope.id, record.partition, record.offset, envelope.key, envelope.type,
        envelope.subject, envelope.sequence,
    )  # fmt: skip


async def _numbers(settings: Settings, topic: str) -> list[int]:
    """The topic's partitions."""
    async with _admin_of(settings) as admin:
        [told] = await admin.describe_topics([topic])
    if told["error_code"]:
        raise TopicUnreadable(f"Kafka 中没有主题 {topic}")
    return sorted(one["partition"] for one in told["partitions"])


async def read_to(settings: Settings, group: str, topic: str) -> dict[int, int]:
    """Up to which offset of each partition the group has read, as Kafka remembers."""
    async with _admin_of(settings) as admin:
        try:
            offsets = await admin.list_consumer_group_offsets(settings.topic_prefix + group)
        except GroupCoordinatorNotAvailableError:  # a broker on which nobody has read yet
            return {}
    return {one.partition: told.offset for one, told in offsets.items() if one.topic == topic}


@asynccontextmanager
async def _admin_of(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        request_timeout_ms=15_000,
        **settings.options(),
    )
    try:
        try:
            await noticed(admin.start(), "the start of the Kafka client")
            yield admin
        finally:
            await noticed(admin.close(), "the end of the Kafka client")
    except (KafkaError, OSError, TimeoutError) as error:
        raise TopicUnreadable(
            f"{settings.service}：Kafka 没有应答（{type(error).__name__}）"
        ) from error


async def rewind(settings: Settings, group: str, topics: Sequence[str]) -> None:
    """The group reads the topics again from their beginnings. Nobody of it may be running."""
    begins: dict[TopicPartition, int] = {}
    for topic in topics:
        async with reader_of(settings) as reader:
            extent = await extent_of(settings, reader, topic)
        for number, (begin, _) in extent.offsets.items():
            begins[TopicPartition(topic, number)] = begin
    member = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=settings.topic_prefix + group,
        enable_auto_commit=False,
        **settings.options(),
    )
    try:
        try:
            await noticed(member.start(), "the start of the Kafka client")
            member.assign(list(begins))
            await noticed(member.commit(begins), "the commit of offsets")
        finally:
            await noticed(member.stop(), "the end of the Kafka client")
    except (KafkaError, OSError, TimeoutError) as error:
        raise TopicUnreadable(
            f"{group}：无法重置在 Kafka 中的位置（{type(error).__name__}），请确认工作进程已停止"
        ) from error
