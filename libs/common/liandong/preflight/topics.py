"""主题: the topics of Kafka that a service writes and reads. A broker may come later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from liandong.db.housekeeping import INBOX_MONTHS
from liandong.definition import ServiceDefinition
from liandong.preflight.findings import Finding, Refused, fit, refused, unknown
from liandong.settings import Settings
from liandong.transports.claims import Claim, claim, claims_topic, read_claims

_DAY_MS: Final = 86_400_000
INBOX_DAYS: Final = INBOX_MONTHS * 28
"""The inbox remembers at least so long."""
_MAKE_THEM: Final = "请先执行 python -m liandong.transports.topics"


@dataclass(frozen=True, slots=True)
class Topic:
    """As the broker tells it; ``retention_ms`` is negative for one that keeps everything."""

    name: str
    partitions: int
    retention_ms: int | None = None
    cleanup: str = "delete"
    """Both are what they should be where the broker's ACL keeps the configuration from us."""


async def findings(
    definition: ServiceDefinition, settings: Settings, database: UUID | None, *, take: bool
) -> list[Finding]:
    """Of every topic the service writes or reads, and of whose its own is.

    ``take``: a topic that nobody has claimed is claimed for ``database``.
    """
    prefix = settings.topic_prefix
    own = f"{prefix}liandong.{definition.name}" if definition.events else ""
    read = {name for group in definition.groups for name in group.services()}
    names = sorted({own, *(f"{prefix}liandong.{name}" for name in read)} - {""})
    if not names:
        return []
    try:
        asked = {*names, claims_topic(prefix)} if own else set(names)
        topics = await described(settings.kafka_bootstrap_servers, asked, settings.options())
        found = [*of_topics(settings, names, topics)]
        if own and not any(one.exit_code for one in found):
            if claims_topic(prefix) not in topics:
                return [*found, _missing(claims_topic(prefix))]
            here = topics[own].partitions
            found.append(await _of_claims(settings, own, here, database, take=take))
    except (KafkaError, OSError, TimeoutError) as error:
        return [
            unknown(
                "topics.broker",
                f"Kafka（{settings.kafka_bootstrap_servers}）没有应答，恢复之前事件留待发布",
                f"the broker does not answer ({type(error).__name__})",
            )
        ]
    return found


async def described(
    bootstrap: str, names: Iterable[str], access: Mapping[str, Any] | None = None
) -> Mapping[str, Topic]:
    """Those of the topics that exist; KafkaError or OSError when no broker answers."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=10_000, **(access or {})
    )
    try:
        await admin.start()
        # Asked for by its name, a missing topic would be made by a broker that makes topics.
        known = sorted(set(names) & set(await admin.list_topics()))
        told = await admin.describe_topics(known) if known else []
        there = {one["topic"]: len(one["partitions"]) for one in told if not one["error_code"]}
        configured = await _configurations(admin, there)
    finally:
        await admin.close()
    return {
        name: Topic(
            name,
            partitions,
            _number(configured.get(name, {}).get("retention.ms")),
            configured.get(name, {}).get("cleanup.policy") or "delete",
        )
        for name, partitions in there.items()
    }


async def _configurations(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, dict[str, str]]:
    """What each topic is set to; without those whose configuration we may not see."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    answers: Any = await admin.describe_configs(resources)
    return {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in answers
        for code, _, _, name, entries in answer.resources
        if not code
    }


def of_topics(
    settings: Settings, names: Iterable[str], topics: Mapping[str, Topic]
) -> Iterable[Finding]:
    """A topic that is missing, too small, forgets too early, or remembers longer than the inbox."""
    for name in names:
        topic = topics.get(name)
        yield _missing(name) if topic is None else _of_topic(settings, topic)


def _of_topic(settings: Settings, topic: Topic) -> Finding:
    least = settings.kafka_partitions
    if topic.partitions < least:
        return refused(
            "topics.partitions",
            f"主题 {topic.name} 只有 {topic.partitions} 个分区，LIANDONG_KAFKA_PARTITIONS 要求至少 "
            f"{least} 个：请改用另一个主题前缀，或按 docs/operations/upgrades.md 扩充分区",
            f"{topic.name} has {topic.partitions} partitions, at least {least} are promised",
        )
    if "compact" in topic.cleanup:
        return refused(
            "topics.cleanup",
            f"主题 {topic.name} 的 cleanup.policy 为 {topic.cleanup}，会丢失事件：请改为 delete",
            f"{topic.name} is compacted and would lose events",
        )
    if topic.retention_ms is None:
        return fit("topics.topic")
    days = topic.retention_ms / _DAY_MS
    if 0 <= days < settings.kafka_retention_days:
        return refused(
            "topics.retention",
            f"主题 {topic.name} 只保留 {days:g} 天，LIANDONG_KAFKA_RETENTION_DAYS 要求至少 "
            f"{settings.kafka_retention_days} 天：请调大该主题的 retention.ms",
            f"{topic.name} keeps {days:g} days, {settings.kafka_retention_days} are promised",
        )
    if days < 0 or days >= INBOX_DAYS:
        kept = "永久" if days < 0 else f" {days:g} 天"
        return refused(
            "topics.retention",
            f"主题 {topic.name} 保留{kept}，而各服务只记得最近 {INBOX_DAYS} 天处理过的事件，"
            "重读会重复生效：请调小该主题的 retention.ms",
            f"{topic.name} keeps messages longer than the inbox remembers ({INBOX_DAYS} days)",
        )
    return fit("topics.topic")


async def accept_partitions(settings: Settings, database: UUID) -> int:
    """Writes down how many partitions the service's own topic has now, after it was drained.

    Raises :class:`Refused` for a topic that is missing or another database's.
    """
    bootstrap, prefix = settings.kafka_bootstrap_servers, settings.topic_prefix
    name = f"{prefix}liandong.{settings.service}"
    access = settings.options()
    topic = (await described(bootstrap, [name], access)).get(name)
    if topic is None:
        raise Refused(_missing(name))
    wrong = await _of_claims(settings, name, topic.partitions, database, take=False)
    if wrong.check == "belonging.topic" and wrong.exit_code:
        raise Refused(wrong)
    made = Claim(name, database, settings.environment, topic.partitions)
    await claim(bootstrap, prefix, made, access)
    return topic.partitions


async def _of_claims(
    settings: Settings, topic: str, partitions: int, database: UUID | None, *, take: bool
) -> Finding:
    bootstrap, prefix = settings.kafka_bootstrap_servers, settings.topic_prefix
    access = settings.options()
    claims = await read_claims(bootstrap, prefix, topic, access)
    if not claims and take and database is not None:
        made = Claim(topic, database, settings.environment, partitions)
        await claim(bootstrap, prefix, made, access)
        claims = await read_claims(bootstrap, prefix, topic, access)
    if not claims:
        return fit("belonging.topic")
    first, last = claims[0], claims[-1]
    if first.database != database:
        return refused(
            "belonging.topic",
            f"主题 {topic} 属于另一套数据库（{first.environment} 环境）：请为本环境设置不同的 "
            "LIANDONG_TOPIC_PREFIX，或改正数据库与 Kafka 的地址",
            f"{topic} belongs to the database {first.database} ({first.environment}), not to ours",
        )
    if last.partitions != partitions:
        return refused(
            "topics.partitions-changed",
            f"主题 {topic} 的分区由 {last.partitions} 个变为 {partitions} 个，同一组织的事件会失去"
            "先后次序：请按 docs/operations/upgrades.md 排空后执行 liandong adopt --partitions",
            f"{topic} had {last.partitions} partitions and has {partitions}: keys have moved",
        )
    return fit("belonging.topic")


def _missing(name: str) -> Finding:
    return refused(
        "topics.missing",
        f"Kafka 中没有主题 {name}：{_MAKE_THEM}",
        f"the topic {name} does not exist",
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None
