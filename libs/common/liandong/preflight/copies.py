"""副本: whether an event that the brokers have acknowledged survives the loss of one of them.

The outbox forgets what was acknowledged. With acks=all that means: what as many brokers have as
``min.insync.replicas`` says, and no more than that.
"""

from collections.abc import Iterator
from typing import Final

from liandong.preflight.broker import Topic
from liandong.preflight.findings import Finding, State, refused
from liandong.settings import Settings

_USUAL: Final = 3
"""Copies in production: one broker may be away while another is lost."""
_ACKNOWLEDGED: Final = 2
"""Copies that an acknowledgement has to mean, where there are three."""


def expected(settings: Settings, brokers: int) -> int:
    """``LIANDONG_KAFKA_REPLICATION``; unless told, three in production, or as many as there are
    brokers, and one elsewhere."""
    if settings.kafka_replication:
        return settings.kafka_replication
    return min(_USUAL, brokers) if settings.environment == "production" else 1


def of_copies(settings: Settings, topic: Topic, brokers: int) -> Iterator[Finding]:
    """What is wrong with the topic's copies; nothing for a fit one."""
    least, insync = expected(settings, brokers), topic.min_insync
    if topic.copies < least:
        yield refused(
            "topics.replication",
            f"主题 {topic.name} 只有 {topic.copies} 个副本，应有至少 {least} 个，否则一台 Kafka "
            "损坏就会丢失已发布的事件：请用 kafka-reassign-partitions.sh 增加副本，或以 "
            "LIANDONG_KAFKA_REPLICATION 写明所要求的副本数",
            f"{topic.name} has {topic.copies} copies, {least} are expected",
        )
    elif insync is None:
        return
    elif insync > topic.copies:
        yield refused(
            "topics.min-insync",
            f"主题 {topic.name} 的 min.insync.replicas 为 {insync}，多于其副本数（{topic.copies}）"
            "，任何事件都无法发布：请调小该设置或增加副本",
            f"{topic.name} wants {insync} replicas in sync and has {topic.copies}",
        )
    elif least >= _USUAL and insync < _ACKNOWLEDGED:
        yield refused(
            "topics.min-insync",
            f"主题 {topic.name} 的 min.insync.replicas 为 {insync}，已确认的事件可能只有一份：请将"
            f"该设置改为 {_ACKNOWLEDGED}",
            f"{topic.name} acknowledges what only one broker has",
        )
    elif insync == topic.copies > 1:
        yield Finding(
            "topics.min-insync",
            State.FIT,
            f"主题 {topic.name} 的 min.insync.replicas 等于副本数（{insync}），一台 Kafka 停机期间"
            "无法发布事件",
            f"{topic.name} cannot be written to while one broker is away",
        )
