"""主题: the topics of Kafka that a service writes and reads. A broker may come later."""

from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiokafka.errors import KafkaError

from liandong.clock import Clock, SystemClock
from liandong.db.housekeeping import INBOX_MONTHS
from liandong.definition import ServiceDefinition
from liandong.events.states import SUFFIX
from liandong.preflight.broker import Broker, May, Told, Topic, asking
from liandong.preflight.clocks import compared
from liandong.preflight.copies import of_copies
from liandong.preflight.findings import Finding, Refused, fit, refused, unknown
from liandong.settings import Settings
from liandong.transports.claims import CLAIMS, Claim, claim, claims_topic, read_claims

_DAY_MS: Final = 86_400_000
INBOX_DAYS: Final = INBOX_MONTHS * 28
"""The inbox remembers at least so long."""
_MAKE_THEM: Final = "请先执行 python -m liandong.transports.topics"
_RIGHTS: Final = "见 docs/operations/kubernetes.md 的 ACL 一节"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a service needs of the brokers."""

    own: str
    """The topic that it publishes to; empty for one that only reads."""
    topics: dict[str, frozenset[May]]
    groups: Collection[str]

    @classmethod
    def by(cls, definition: ServiceDefinition, settings: Settings) -> "Wanted":
        prefix = settings.topic_prefix
        read = {name for group in definition.groups for name in group.services()}
        topics = {f"{prefix}liandong.{name}": frozenset({May.READ}) for name in sorted(read)}
        own = f"{prefix}liandong.{definition.name}" if definition.events else ""
        if own:
            topics[own] = topics.get(own, frozenset()) | {May.WRITE}
            topics[claims_topic(prefix)] = frozenset(May)
            if settings.state_topics and definition.states:
                topics[own + SUFFIX] = frozenset({May.WRITE})
        return cls(own, topics, [prefix + group.name for group in definition.groups])


async def findings(
    definition: ServiceDefinition,
    settings: Settings,
    database: UUID | None,
    *,
    take: bool,
    clock: Clock | None = None,
) -> list[Finding]:
    """Of every topic the service writes or reads, of its rights there, of the brokers' clock, and
    of whose its own topic is.

    ``take``: a topic that nobody has claimed is claimed for ``database``. ``clock`` is the
    system's.
    """
    wanted = Wanted.by(definition, settings)
    if not wanted.topics:
        return []
    try:
        async with asking(settings) as broker:
            told = await broker.topics(wanted.topics)
            found = [*of_topics(settings, wanted, told)]
            found += [one async for one in _of_groups(broker, wanted)]
            found += await _of_clock(settings, broker, clock or SystemClock())
        if wanted.own and not any(one.exit_code for one in found):
            here = told.topics[wanted.own].partitions
            found.append(await _of_claims(settings, wanted.own, here, database, take=take))
    except (KafkaError, OSError, TimeoutError) as error:
        return [
            unknown(
                "topics.broker",
                f"Kafka（{settings.kafka_bootstrap_servers}）没有应答，恢复之前事件留待发布",
                f"the broker does not answer ({type(error).__name__})",
            )
        ]
    return found


def of_topics(settings: Settings, wanted: Wanted, told: Told) -> Iterator[Finding]:
    """A topic that is missing, hidden, too small or in too few copies, that we may not use, that
    forgets too early, or that remembers longer than the inbox."""
    for name, needed in wanted.topics.items():
        topic = told.topics.get(name)
        if name in told.hidden:
            yield _without_right(name, "DESCRIBE")
        elif topic is None:
            yield _missing(name)
        elif lacking := sorted(one.name for one in needed - topic.may):
            yield _without_right(name, "、".join(lacking))
        else:
            yield _of_size(settings, topic) or _of_memory(settings, topic) or fit("topics.topic")
            yield from of_copies(settings, topic, told.brokers)


def _of_size(settings: Settings, topic: Topic) -> Finding | None:
    least = 1 if topic.name.endswith(CLAIMS) else settings.kafka_partitions
    if topic.partitions >= least:
        return None
    return refused(
        "topics.partitions",
        f"主题 {topic.name} 只有 {topic.partitions} 个分区，LIANDONG_KAFKA_PARTITIONS 要求至少 "
        f"{least} 个：请改用另一个主题前缀，或按 docs/operations/upgrades.md 扩充分区",
        f"{topic.name} has {topic.partitions} partitions, at least {least} are promised",
    )


def _of_memory(settings: Settings, topic: Topic) -> Finding | None:
    """What the topic forgets, and when; None for a fit one."""
    cleanup = topic.cleanup or ""
    if topic.name.endswith(SUFFIX):
        return None if cleanup in ("", "compact") else _forgets_states(topic)
    if "compact" in cleanup:
        return refused(
            "topics.cleanup",
            f"主题 {topic.name} 的 cleanup.policy 为 {cleanup}，会丢失事件：请改为 delete",
            f"{topic.name} is compacted and would lose events",
        )
    if topic.retention_ms is None:
        return None
    days = topic.retention_ms / _DAY_MS
    if topic.name.endswith(CLAIMS):
        return None if days < 0 else _forgets_claims(topic, days)
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
    return None


def _forgets_states(topic: Topic) -> Finding:
    return refused(
        "topics.cleanup",
        f"主题 {topic.name} 的 cleanup.policy 为 {topic.cleanup}，会忘记最新状态：请改为 compact，"
        "再执行 liandong states rebuild",
        f"{topic.name} is not compacted and would forget latest states",
    )


def _forgets_claims(topic: Topic, days: float) -> Finding:
    return refused(
        "topics.retention",
        f"主题 {topic.name} 只保留 {days:g} 天，会忘记各主题归谁所有：请将其 retention.ms 改为 -1",
        f"{topic.name} keeps {days:g} days and would forget whose the topics are",
    )


async def _of_groups(broker: Broker, wanted: Wanted) -> AsyncIterator[Finding]:
    for name in wanted.groups:
        if await broker.may_read_group(name):
            yield fit("topics.group")
        else:
            yield refused(
                "topics.rights",
                f"当前 Kafka 账号无权使用消费组 {name}：请授予该消费组的 READ 权限（{_RIGHTS}）",
                f"the account may not read in the group {name}",
            )


async def _of_clock(settings: Settings, broker: Broker, clock: Clock) -> list[Finding]:
    """Kafka refuses records that come from too far in the future, and forgets by its own clock."""
    told = await broker.now()
    if told is None:
        return []
    most = settings.clock_tolerance_seconds
    return [compared(" Kafka ", "broker", told, clock.now(), most)]


async def accept_partitions(settings: Settings, database: UUID) -> int:
    """Writes down how many partitions the service's own topic has now, after it was drained.

    Raises :class:`Refused` for a topic that is missing or another database's.
    """
    prefix = settings.topic_prefix
    name = f"{prefix}liandong.{settings.service}"
    async with asking(settings) as broker:
        topic = (await broker.topics([name])).topics.get(name)
    if topic is None:
        raise Refused(_missing(name))
    wrong = await _of_claims(settings, name, topic.partitions, database, take=False)
    if wrong.check == "belonging.topic" and wrong.exit_code:
        raise Refused(wrong)
    made = Claim(name, database, settings.environment, topic.partitions)
    await claim(settings.kafka_bootstrap_servers, prefix, made, settings.options())
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


def _without_right(name: str, right: str) -> Finding:
    return refused(
        "topics.rights",
        f"当前 Kafka 账号对主题 {name} 没有 {right} 权限：请授予（{_RIGHTS}）",
        f"the account lacks {right} on the topic {name}",
    )
