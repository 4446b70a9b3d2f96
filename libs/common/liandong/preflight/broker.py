"""What the brokers tell of topics, of our rights and of their clock. Nothing is changed."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupAuthorizationFailedError, IncompatibleBrokerVersion, KafkaError

from liandong.settings import Settings
from liandong.transports.requests import Groups, Quorum, Topics

_FORBIDDEN: Final = {29, 30}
"""TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED."""


class May(IntEnum):
    """Operations of the brokers' authorizer, numbered as in Kafka's protocol."""

    READ = 3
    WRITE = 4


@dataclass(frozen=True, slots=True)
class Topic:
    """As the brokers tell it. What its configuration says is None where the ACL keeps that from
    us; ``retention_ms`` is negative for a topic that keeps everything."""

    name: str
    partitions: int
    copies: int = 1
    """Of the partition that has the fewest."""
    may: frozenset[May] = frozenset(May)
    retention_ms: int | None = None
    cleanup: str | None = None
    min_insync: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    topics: Mapping[str, Topic]
    """Those that exist and that we may see."""
    hidden: frozenset[str]
    """Those of which we may not even know whether they exist."""
    brokers: int


class Broker:
    """Questions to the brokers; use :func:`asking`."""

    def __init__(self, client: AIOKafkaAdminClient) -> None:
        self._client = client

    async def topics(self, names: Iterable[str]) -> Told:
        answer: Any = await self._client._send_request(Topics(sorted(names)))
        hidden = {name for code, name, *_ in answer.topics if code in _FORBIDDEN}
        there = [one for one in answer.topics if not one[0]]
        configured = await self._configurations(name for _, name, *_ in there)
        topics: dict[str, Topic] = {}
        for _, name, _, partitions, bits in there:
            told = configured.get(name, {})
            topics[name] = Topic(
                name,
                len(partitions),
                copies=min(len(replicas) for *_, replicas, _, _ in partitions),
                may=_operations(bits),
                retention_ms=_number(told.get("retention.ms")),
                cleanup=told.get("cleanup.policy"),
                min_insync=_number(told.get("min.insync.replicas")),
            )
        return Told(topics, frozenset(hidden), len(answer.brokers))

    async def may_read_group(self, name: str) -> bool:
        """Also True when the brokers do not tell: then nothing can be said against it."""
        try:
            node = await self._client.find_coordinator(name)
            answer: Any = await self._client._send_request(Groups(name), node)
        except GroupAuthorizationFailedError:
            return False
        except KafkaError:  # a new cluster has no place for groups before the first one comes
            return True
        [(code, *_, bits)] = answer.groups
        return code not in _FORBIDDEN and (bool(code) or May.READ in _operations(bits))

    async def now(self) -> datetime | None:
        """The active controller's clock; None where it is not told: to an account without DESCRIBE
        on the cluster, and by brokers with ZooKeeper."""
        try:
            answer: Any = await self._client._send_request(Quorum())
        except (IncompatibleBrokerVersion, NotImplementedError):
            return None
        for _, partitions, _ in answer.topics:
            for _, code, leader, _, _, voters, _, _ in partitions:
                told = [one[3] for one in voters if one[0] == leader and one[3] > 0]
                if told and not code:
                    return datetime.fromtimestamp(told[0] / 1000, UTC)
        return None

    async def _configurations(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """What each topic is set to; without those whose configuration we may not see."""
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        if not resources:
            return {}
        answers: Any = await self._client.describe_configs(resources)
        return {
            name: {entry[0]: entry[1] for entry in entries}
            for answer in answers
            for code, _, _, name, entries in answer.resources
            if not code
        }


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[Broker]:
    """KafkaError, OSError or TimeoutError when no broker answers."""
    client = AIOKafkaAdminClient(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        request_timeout_ms=10_000,
        **settings.options(),
    )
    try:
        await client.start()
        yield Broker(client)
    finally:
        await client.close()


def _operations(bits: int) -> frozenset[May]:
    """Everything where the brokers do not tell (the least number there is)."""
    return frozenset(one for one in May if bits == -(2**31) or bits & (1 << one))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None
