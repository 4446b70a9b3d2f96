"""Kafka by aiokafka: CloudEvents in binary mode, one topic per service, key = partition key.

Publishing sends one explicit record batch per partition at a time and waits for it, so a batch
is taken whole or not at all and a later event of a key never overtakes an earlier one. Consuming
commits offsets by hand, after the database; a commit that a rebalance refuses is tolerated,
because the events come again and the inbox knows them.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
)
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from liandong.cancellation import Interrupted, noticed
from liandong.events.envelope import from_kafka_headers, kafka_headers
from liandong.faults import reach
from liandong.transports.base import (
    LARGEST_PAYLOAD,
    MAX_REQUEST_BYTES,
    Batch,
    Delivery,
    Outgoing,
    PublishReport,
)

log = structlog.get_logger(__name__)

MAX_BATCH_BYTES = 262_144
START_SECONDS = 10.0
_CONSUMER_STOP_SECONDS, _PRODUCER_STOP_SECONDS = 15.0, 5.0
LONGEST_STOP_SECONDS = _CONSUMER_STOP_SECONDS + _PRODUCER_STOP_SECONDS
"""What the clients of a worker take to end when the brokers do not answer: a group is left, a batch
is given up."""
_NOBODYS = TopicPartition("", 0)


@lru_cache(maxsize=20_000)
def partition_of(key: str, partitions: int) -> int:
    """The partition that every Kafka client with the default partitioner would choose."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


@dataclass
class KafkaPublisher:
    """Produces with acks=all and idempotence. A fatal producer error makes a new producer."""

    bootstrap_servers: str
    client_id: str
    access: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Of :class:`liandong.transports.access.KafkaAccess`."""
    request_seconds: float = 10.0
    _producer: AIOKafkaProducer | None = None
    _batch_bytes: dict[str, int] = field(default_factory=dict)
    """Less than usual for a topic that has refused a batch for its size."""

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                async with asyncio.timeout(_PRODUCER_STOP_SECONDS):
                    await _stop(producer)
            except (KafkaError, TimeoutError, OSError) as error:
                log.info("producer_stop_failed", error=type(error).__name__)

    async def publish(self, messages: Sequence[Outgoing]) -> PublishReport:
        refused = {
            message.seq: f"{len(message.payload)} bytes exceed the broker's limit"
            for message in messages
            if len(message.payload) > LARGEST_PAYLOAD
        }
        accepted: set[int] = set()
        while waiting := _sendable(messages, accepted, refused):
            try:
                sending = self._send(await self._started(), waiting)
                taken = await noticed(sending, "the Kafka producer")
            except (KafkaError, OSError) as error:
                log.warning("produce_failed", error=type(error).__name__)
                await self.stop()
                raise ConnectionError(f"the broker did not take the batch: {error}") from error
            accepted |= taken.accepted
            refused |= taken.refused
            if len(taken.accepted) < len(waiting):
                # A batch that failed has left a gap in this producer's numbers.
                await self.stop()
            if not taken.too_large:
                break
        return PublishReport(frozenset(accepted), _at_the_head(messages, accepted, refused))

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.bootstrap_servers,
                **self.access,
                client_id=self.client_id,
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                max_batch_size=MAX_BATCH_BYTES,
                max_request_size=MAX_REQUEST_BYTES,
                request_timeout_ms=int(self.request_seconds * 1000),
            )
            await _start(producer)
            self._producer = producer
        return self._producer

    async def _send(self, producer: AIOKafkaProducer, messages: Sequence[Outgoing]) -> "_Taken":
        lanes: dict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        counts: dict[str, int] = {}
        for message in messages:
            if message.topic not in counts:
                counts[message.topic] = len(await producer.partitions_for(message.topic))
            lane = (message.topic, partition_of(message.key, counts[message.topic]))
            lanes[lane].append(message)
        results = await asyncio.gather(
            *(
                self._send_lane(producer, topic, number, lane)
                for (topic, number), lane in lanes.items()
            )
        )
        together = _Taken()
        for result in results:
            together.accepted |= result.accepted
            together.refused |= result.refused
            together.too_large |= result.too_large
        return together

    async def _send_lane(
        self, producer: AIOKafkaProducer, topic: str, partition: int, messages: Sequence[Outgoing]
    ) -> "_Taken":
        """Sends one partition's messages batch after batch; stops at the first that fails."""
        taken = _Taken()
        waiting = list(messages)
        while waiting:
            limit = self._batch_bytes.get(topic, MAX_BATCH_BYTES)
            batch, held = _filled(producer, waiting, limit)
            try:
                sent = await producer.send_batch(batch, topic, partition=partition)
                await sent
            except (MessageSizeTooLargeError, RecordTooLargeError) as error:
                log.warning("batch_too_large", topic=topic, messages=len(held), bytes=limit)
                taken.too_large = True
                if len(held) == 1:
                    size = len(held[0].payload)
                    taken.refused[held[0].seq] = f"{size} bytes exceed the topic's limit: {error}"
                else:
                    self._batch_bytes[topic] = sum(len(message.payload) for message in held) // 2
                return taken
            except KafkaError as error:
                log.warning("batch_refused", topic=topic, error=type(error).__name__)
                return taken
            await reach("relay.within_produce")
            taken.accepted |= {message.seq for message in held}
            waiting = waiting[len(held) :]
        return taken


@dataclass
class _Taken:
    """What became of one attempt."""

    accepted: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    too_large: bool = False
    """Something was larger than the topic allows: the rest can be tried at once."""


def _sendable(
    messages: Sequence[Outgoing], accepted: set[int], refused: dict[int, str]
) -> list[Outgoing]:
    """What is still to be sent; nothing of a key from its first refused message on."""
    stuck: set[str] = set()
    found: list[Outgoing] = []
    for message in messages:
        if message.seq in refused:
            stuck.add(message.key)
        elif message.key not in stuck and message.seq not in accepted:
            found.append(message)
    return found


def _at_the_head(
    messages: Sequence[Outgoing], accepted: set[int], refused: dict[int, str]
) -> dict[int, str]:
    """The refusals that are the first waiting message of their key: what blocks it."""
    waiting: set[str] = set()
    found: dict[int, str] = {}
    for message in messages:
        if message.seq in accepted:
            continue
        if message.seq in refused and message.key not in waiting:
            found[message.seq] = refused[message.seq]
        waiting.add(message.key)
    return found


def _filled(
    producer: AIOKafkaProducer, messages: Sequence[Outgoing], limit: int
) -> tuple[BatchBuilder, list[Outgoing]]:
    """A batch of the first messages, of at most ``limit`` bytes but never without a message."""
    batch = producer.create_batch()
    held: list[Outgoing] = []
    size = 0
    for message in messages:
        size += len(message.payload)
        if held and size > limit:
            break
        appended = batch.append(
            key=message.key.encode(),
            value=message.payload or None,  # nothing: a tombstone in a topic of latest states
            timestamp=int(time.time() * 1000),
            headers=kafka_headers(message.attributes),
        )
        if appended is None:
            break
        held.append(message)
    batch.close()
    return batch, held


@dataclass
class KafkaSource:
    """Reads several topics for one consumer group."""

    bootstrap_servers: str
    group: str
    topics: Sequence[str]
    instance: str | None = None
    """Static membership: the same name after a restart keeps its partitions."""
    access: Mapping[str, Any] = field(default_factory=dict, repr=False)
    batch_size: int = 500
    max_poll_seconds: float = 300.0
    session_seconds: float = 10.0
    _consumer: AIOKafkaConsumer | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _polling: asyncio.Task[None] | None = None
    _committing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._stopping.clear()
        consumer = AIOKafkaConsumer(
            *self.topics,
            bootstrap_servers=self.bootstrap_servers,
            **self.access,
            group_id=self.group,
            group_instance_id=self.instance,
            client_id=f"{self.group}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_interval_ms=int(self.max_poll_seconds * 1000),
            session_timeout_ms=int(self.session_seconds * 1000),
            heartbeat_interval_ms=int(self.session_seconds * 1000 / 4),
            metadata_max_age_ms=30_000,
        )
        await _start(consumer)
        self._consumer = consumer
        self._polling = asyncio.create_task(self._keep_polling(consumer))

    async def stop(self) -> None:
        self._stopping.set()
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
        committing, self._committing = self._committing, None
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            try:
                async with asyncio.timeout(_CONSUMER_STOP_SECONDS):
                    await asyncio.shield(_end(consumer, committing))  # even if we are cancelled
            except (KafkaError, TimeoutError, OSError) as error:
                log.info("consumer_stop_failed", error=type(error).__name__)

    async def _keep_polling(self, consumer: AIOKafkaConsumer) -> None:
        """Keeps a member whose handler is slow in its group.

        It asks for a partition that nobody has, so it takes nothing away from ``batches``; what
        was fetched waits, and nothing more is fetched behind it. Whether a handler is still
        alive is for the worker's watchdog to judge.
        """
        while True:
            await asyncio.sleep(self.max_poll_seconds / 4)
            try:
                await consumer.getmany(_NOBODYS, timeout_ms=0)
            except KafkaError as error:  # ``batches`` meets it too, and tells the worker
                log.info("poll_failed", group=self.group, error=type(error).__name__)

    async def batches(self) -> AsyncIterator[Batch]:
        while not self._stopping.is_set():
            consumer = self._running()
            asked = consumer.getmany(timeout_ms=250, max_records=self.batch_size)
            found = await noticed(asked, "the Kafka consumer")
            # Together, so that a few events in each of many partitions are one transaction.
            yield Batch(
                deliveries=[_delivery(record) for records in found.values() for record in records],
                token={partition: records[-1].offset + 1 for partition, records in found.items()},
            )

    async def done(self, batch: Batch) -> None:
        """The offsets are committed while the next batch is fetched and handled; a commit that
        fails is told by the ``done`` after it."""
        consumer = self._running()
        mine = {p: offset for p, offset in batch.token.items() if p in consumer.assignment()}
        before = self._committing
        if before is not None and (mine or before.done()):
            self._committing = None
            await before
        if mine:
            self._committing = asyncio.create_task(self._commit(consumer, mine))

    async def _commit(
        self, consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int]
    ) -> None:
        try:
            await noticed(consumer.commit(dict(offsets)), "the commit of offsets")
        except (CommitFailedError, IllegalStateError) as error:
            # The partition moved to another member: it will get the events again.
            log.info("offset_commit_refused", group=self.group, error=type(error).__name__)

    async def lag(self) -> dict[str, int]:
        """Per partition: end of the log less the group's committed offset, asked afresh."""
        consumer = self._running()
        partitions = [
            TopicPartition(topic, number)
            for topic in self.topics
            for number in sorted(consumer.partitions_for_topic(topic) or ())
        ]
        ends = await consumer.end_offsets(partitions)
        lag: dict[str, int] = {}
        for partition in partitions:
            committed = await consumer.committed(partition)
            lag[f"{partition.topic}/{partition.partition}"] = ends[partition] - (committed or 0)
        return lag

    def _running(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise ConnectionError("the Kafka source is not started")
        return self._consumer


def _delivery(record: ConsumerRecord[bytes | None, bytes | None]) -> Delivery:
    headers: Iterable[tuple[str, bytes | None]] = record.headers
    return Delivery(
        topic=record.topic,
        lane=f"{record.topic}/{record.partition}",
        offset=str(record.offset),
        key=None if record.key is None else record.key.decode(errors="replace"),
        attributes=dict(from_kafka_headers(headers)),
        payload=record.value or b"",
    )


async def _end(consumer: AIOKafkaConsumer, committing: "asyncio.Task[None] | None") -> None:
    """What is not committed by then comes again, and is known."""
    if committing is not None:
        await asyncio.wait([committing], timeout=5)
        committing.cancel()
        await asyncio.gather(committing, return_exceptions=True)
    await _stop(consumer)


async def _stop(client: "AIOKafkaProducer | AIOKafkaConsumer") -> None:
    """Without a broker aiokafka trips over tasks that it cancels itself, and lets its connections
    and their upkeep go on."""
    try:
        await noticed(client.stop(), "the end of the Kafka client")
    except Interrupted as error:
        log.info("client_stop_interrupted", error=str(error))
        inner = client.client if isinstance(client, AIOKafkaProducer) else client._client
        await noticed(inner.close(), "the end of the Kafka client")


async def _start(client: "AIOKafkaProducer | AIOKafkaConsumer") -> None:
    """Starts a client, or leaves nothing of it behind.

    A start that is cancelled goes on to its end before the client is stopped: aiokafka forgets
    a connection whose making is interrupted.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await noticed(asyncio.shield(starting), "the start of the Kafka client")
    except asyncio.CancelledError:
        await asyncio.wait([starting], timeout=START_SECONDS)
        await _stop(client)
        raise
    except BaseException:
        await _stop(client)
        raise
