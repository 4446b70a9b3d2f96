"""Topics that would lose, repeat or mix events are refused, on a real broker."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from liandong.clock import FixedClock, SystemClock
from liandong.events.states import SUFFIX
from liandong.ids import uuid7
from liandong.preflight.findings import Finding, State, first_refused
from liandong.preflight.topics import accept_partitions, findings
from liandong.settings import Settings
from liandong.testing.probe import PROBE, mirror_definition
from liandong.testing.services import settings_for
from liandong.testing.states import STATED
from liandong.transports.claims import claims_topic
from liandong.transports.topics import ensure_topics

DAY = 86_400_000


class Broker:
    """One prefix on a broker, with the probe's topic of three partitions."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.bootstrap, self.prefix = bootstrap, prefix
        self.topic = f"{prefix}liandong.probe"

    def settings(self, service: str = "probe", **given: Any) -> Settings:
        return settings_for(
            service, "postgresql://x/x", transport="kafka", topic_prefix=self.prefix,
            kafka_bootstrap_servers=self.bootstrap, **given,
        )  # fmt: skip

    async def made(self) -> "Broker":
        await ensure_topics(self.bootstrap, [self.topic], 3)
        return self

    async def refusal(
        self, database: UUID, definition=PROBE, *, take: bool = True, **given: Any
    ) -> Finding | None:
        settings = self.settings(definition.name, **given)
        return first_refused(await findings(definition, settings, database, take=take))

    async def set(self, topic: str = "", /, **configuration: str) -> None:
        """Of the probe's topic, or of this one; what is not named falls back to the default."""
        named = {name.replace("_", "."): value for name, value in configuration.items()}
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        await admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic or self.topic, named)]
        )
        await admin.close()

    async def grow(self, partitions: int) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        await admin.create_partitions({self.topic: NewPartitions(partitions)})
        await admin.close()


async def test_two_environments_on_one_prefix_are_told_apart(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    ours, theirs = uuid7(), uuid7()
    assert await broker.refusal(theirs, take=False) is None  # looking claims nothing
    told = await asyncio.gather(*(broker.refusal(one) for one in (ours, theirs)))
    assert sum(one is None for one in told) == 1  # of two that come at once, one
    [refused] = [one for one in told if one is not None]
    assert (refused.check, refused.exit_code) == ("belonging.topic", 7)
    assert "LIANDONG_TOPIC_PREFIX" in refused.told
    first = ours if told[0] is None else theirs
    assert await broker.refusal(first) is None
    assert await broker.refusal(uuid7(), mirror_definition()) is None  # reads only


async def test_added_partitions_are_refused_until_they_are_accepted(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    ours = uuid7()
    assert await broker.refusal(ours) is None
    few = await broker.refusal(ours, kafka_partitions=6)
    assert few is not None
    assert (few.check, few.exit_code) == ("topics.partitions", 4)
    await broker.grow(6)
    moved = await broker.refusal(ours, kafka_partitions=6)
    assert moved is not None
    assert moved.check == "topics.partitions-changed"
    assert "由 3 个变为 6 个" in moved.told
    assert await accept_partitions(broker.settings(), ours) == 6
    assert await broker.refusal(ours, kafka_partitions=6) is None


async def test_a_topic_that_forgets_too_early_or_too_late_is_refused(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    for wrong, says in ((7 * DAY, "只保留 7 天"), (90 * DAY, "重复生效"), (-1, "保留永久")):
        await broker.set(retention_ms=str(wrong))
        told = await broker.refusal(uuid7())
        assert told is not None
        assert told.check == "topics.retention"
        assert says in told.told
    await broker.set(retention_ms=str(28 * DAY), cleanup_policy="compact")
    told = await broker.refusal(uuid7())
    assert told is not None
    assert told.check == "topics.cleanup"


async def test_a_missing_topic_is_named_and_not_made(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = Broker(kafka_bootstrap, kafka_topic_prefix)
    for definition in (PROBE, mirror_definition()):
        told = await broker.refusal(uuid7(), definition)
        assert told is not None
        assert (told.check, told.exit_code) == ("topics.missing", 4)
        assert f"没有主题 {broker.topic}" in told.told


async def test_a_broker_that_is_away_may_come_later() -> None:
    away = Broker("127.0.0.1:1", "")
    [one] = await findings(PROBE, away.settings(), uuid7(), take=True)
    assert (one.check, one.exit_code) == ("topics.broker", 0)


async def test_too_few_copies_are_refused_and_so_are_more_than_there_can_be(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    told = await broker.refusal(uuid7(), kafka_replication=2)
    assert told is not None
    assert (told.check, told.exit_code) == ("topics.replication", 4)
    assert "只有 1 个副本，应有至少 2 个" in told.told
    assert await broker.refusal(uuid7(), environment="production", take=False) is None  # one broker
    await broker.set(retention_ms=str(28 * DAY), min_insync_replicas="2")
    told = await broker.refusal(uuid7())
    assert told is not None
    assert told.check == "topics.min-insync"


async def test_claims_that_would_be_forgotten_are_refused(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    await broker.set(claims_topic(broker.prefix), retention_ms=str(DAY))
    told = await broker.refusal(uuid7())
    assert told is not None
    assert told.check == "topics.retention"
    assert "归谁所有" in told.told


async def test_latest_states_want_a_compacted_topic(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    ours, states = uuid7(), broker.topic + SUFFIX
    assert await broker.refusal(ours, STATED) is None
    told = await broker.refusal(ours, STATED, state_topics=True)
    assert told is not None
    assert told.check == "topics.missing"
    assert states in told.told
    await ensure_topics(kafka_bootstrap, [states], 3)
    assert await broker.refusal(ours, STATED, state_topics=True) is None
    await broker.set(states, cleanup_policy="delete")
    told = await broker.refusal(ours, STATED, state_topics=True)
    assert told is not None
    assert told.check == "topics.cleanup"


async def test_a_clock_that_is_off_the_brokers_is_refused(
    kafka_bootstrap: str, kafka_topic_prefix: str
) -> None:
    broker = await Broker(kafka_bootstrap, kafka_topic_prefix).made()
    for minutes, words in ((-5, "慢"), (5, "快")):
        clock = FixedClock(SystemClock().now() + timedelta(minutes=minutes))
        found = await findings(PROBE, broker.settings(), uuid7(), take=False, clock=clock)
        told = first_refused(found)
        assert told is not None
        assert (told.check, told.exit_code) == ("clock.broker", 6)
        assert f"比 Kafka 的时钟{words}" in told.told
    found = await findings(PROBE, broker.settings(), uuid7(), take=False)
    assert [one.state for one in found if one.check == "clock.broker"] == [State.FIT]
