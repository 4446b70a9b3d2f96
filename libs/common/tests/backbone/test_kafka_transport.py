"""Kafka, a real broker, keeps every promise of a transport."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest_asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from liandong.events.envelope import kafka_headers
from liandong.events.subscriptions import RetryPolicy
from liandong.testing.probe import PROBE, mirror_definition
from liandong.testing.transport_suite import Link, TransportSuite
from liandong.transports.kafka import partition_of

QUICK = RetryPolicy(first_delay=0.01, longest_delay=0.05, attempts=3)
BRISK = RetryPolicy(first_delay=3600, longest_delay=3600, attempts=3, halt_after=5)
PATIENT = RetryPolicy(first_delay=0.01, longest_delay=0.05, attempts=10_000)
PARTITIONS = 3
_KNOWN = text("""
    INSERT INTO backbone.event_feed (id, key, type, headers, payload)
    VALUES (:id, '', '', '{}', '')
""")


@given(st.binary(max_size=80).map(lambda raw: raw.decode(errors="replace")), st.integers(1, 60))
def test_a_key_lies_where_every_other_client_would_put_it(key: str, partitions: int) -> None:
    everywhere = list(range(partitions))
    wanted = DefaultPartitioner()(key.encode(), everywhere, everywhere)
    assert partition_of(key, partitions) == wanted


class TestKafka(TransportSuite):
    @pytest_asyncio.fixture
    async def kafka(
        self, kafka_bootstrap: str, kafka_topic_prefix: str
    ) -> AsyncIterator[dict[str, str]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(f"{kafka_topic_prefix}liandong.probe", PARTITIONS, 1)])
        await admin.close()
        yield {
            "transport": "kafka",
            "kafka_bootstrap_servers": kafka_bootstrap,
            "topic_prefix": kafka_topic_prefix,
        }

    async def _link(self, start_service: Any, kafka: dict[str, str], policy: RetryPolicy) -> Link:
        probe = await start_service(PROBE, **kafka)
        mirror = await start_service(mirror_definition(policy), **kafka)
        topic = f"{kafka['topic_prefix']}liandong.probe"

        async def inject(key: str | None, attributes: dict[str, Any], payload: bytes) -> None:
            # Known to the probe: a relay that begins refuses a topic that knows more than it.
            with suppress(ValueError):
                event_id = UUID(attributes["id"])
                async with probe.runtime.worker_engine.begin() as connection:
                    await connection.execute(_KNOWN, {"id": event_id})
            async with AIOKafkaProducer(
                bootstrap_servers=kafka["kafka_bootstrap_servers"]
            ) as producer:
                await producer.send_and_wait(
                    topic,
                    payload,
                    key=None if key is None else key.encode(),
                    headers=kafka_headers(attributes),
                    partition=0 if key is None else partition_of(key, PARTITIONS),
                )

        return Link(probe, mirror, inject)

    @pytest_asyncio.fixture
    async def link(self, start_service: Any, kafka: dict[str, str]) -> Link:
        return await self._link(start_service, kafka, QUICK)

    @pytest_asyncio.fixture
    async def brisk_link(self, start_service: Any, kafka: dict[str, str]) -> Link:
        return await self._link(start_service, kafka, BRISK)

    @pytest_asyncio.fixture
    async def patient_link(self, start_service: Any, kafka: dict[str, str]) -> Link:
        return await self._link(start_service, kafka, PATIENT)
