"""The topics exist, with enough partitions, before anybody publishes.

As a step of a deployment, with ``LIANDONG_KAFKA_BOOTSTRAP_SERVERS``, ``LIANDONG_TOPIC_PREFIX``
and the settings of :class:`liandong.transports.access.KafkaAccess`::

    python -m liandong.transports.topics --partitions 6 --replication 3

Each service has a topic of events and a compacted one of latest states.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from pydantic import ValidationError

from liandong.events.states import SUFFIX
from liandong.sentences import sentence
from liandong.settings import SERVICES
from liandong.transports.access import KafkaAccess, UnfitAccess
from liandong.transports.claims import FOR_EVER, claims_of

PARTITIONS = 6
RETENTION_DAYS = 28
"""What is promised to readers; the services' inboxes remember longer."""
_KEPT_MS = str(RETENTION_DAYS * 86_400_000)
EVENT_SETTINGS: dict[str, str] = {"cleanup.policy": "delete", "retention.ms": _KEPT_MS}
CLAIM_SETTINGS: dict[str, str] = {"cleanup.policy": "delete", "retention.ms": FOR_EVER}
STATE_SETTINGS: dict[str, str] = {
    "cleanup.policy": "compact",
    # What was shown and is shown no longer (a repaired listing) is really gone after a day or so.
    "max.compaction.lag.ms": "86400000",
    "min.cleanable.dirty.ratio": "0.1",
    # How long a reader that was away still learns that something is shown no longer.
    "delete.retention.ms": _KEPT_MS,
}
"""Of a topic of latest states: of each key the last record stays, for ever."""
_SHOWN_SECONDS = 15.0
_PAUSE_SECONDS = 1.0


class UnfitTopic(RuntimeError):
    """A topic cannot be made or used; the message says in one sentence what to change."""


def topic_names(services: Iterable[str], prefix: str = "") -> list[str]:
    """``liandong.<service>``, behind the prefix of a platform that shares its brokers."""
    return [f"{prefix}liandong.{service}" for service in services]


def state_topic_names(services: Iterable[str], prefix: str = "") -> list[str]:
    """The compacted topics of latest states, beside those of the events."""
    return [name + SUFFIX for name in topic_names(services, prefix)]


async def ensure_topics(
    bootstrap: str,
    names: Collection[str],
    partitions: int = PARTITIONS,
    replication: int = 1,
    access: Mapping[str, Any] | None = None,
) -> None:
    """Makes the topics that are missing, and the one of claims beside them; returns when every one
    can be written to. They keep messages for ``RETENTION_DAYS``, whatever the broker's default is;
    in three copies or more an event is acknowledged when two have it (``min.insync.replicas``).

    Safe to repeat, and for several at once. Raises :class:`UnfitTopic` for a topic with fewer
    partitions (adding some would part the events of one key) or a topic of latest states that
    forgets them, and ConnectionError without a broker. ``access``: ``KafkaAccess.options()``;
    whoever is refused gets no answer either.
    """
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, request_timeout_ms=10_000, **(access or {})
    )
    try:
        await admin.start()
    except Exception as error:
        await admin.close()
        asked = "，或拒绝了本账号或证书", ", or refuses this account or certificate"
        more = asked if access and access["security_protocol"] != "PLAINTEXT" else ("", "")
        raise ConnectionError(
            f"Kafka（{bootstrap}）没有应答{more[0]}。 "
            f"Kafka at {bootstrap} does not answer{more[1]}."
        ) from error
    try:
        known = set(await admin.list_topics())
        missing = sorted(set(names) - known)
        states = [name for name in missing if name.endswith(SUFFIX)]
        told = [name for name in missing if not name.endswith(SUFFIX)]
        claims = sorted(claims_of(names) - known)
        acknowledged = {"min.insync.replicas": str(2 if replication > 2 else 1)}
        await _create(admin, told, partitions, replication, EVENT_SETTINGS | acknowledged)
        await _create(admin, states, partitions, replication, STATE_SETTINGS | acknowledged)
        await _create(admin, claims, 1, replication, CLAIM_SETTINGS | acknowledged)
        async with asyncio.timeout(_SHOWN_SECONDS):
            while not (  # noqa: ASYNC110 - of a broker
                await _all_shown(admin, names, partitions)
                and await _all_shown(admin, claims_of(names), 1)
            ):
                await asyncio.sleep(0.1)
        await _all_compacted(admin, [name for name in names if name.endswith(SUFFIX)])
    finally:
        await admin.close()


async def _create(
    admin: AIOKafkaAdminClient,
    names: Collection[str],
    partitions: int,
    replication: int,
    kept: Mapping[str, str],
) -> None:
    if not names:
        return
    wanted = [NewTopic(name, partitions, replication, topic_configs=dict(kept)) for name in names]
    answer: Any = await admin.create_topics(wanted)
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise UnfitTopic(
                f"Kafka 拒绝建立主题 {name}（{error.__name__}）：请检查副本数（{replication}）"
                f"与权限。 Kafka refused to make the topic {name} ({error.__name__}): check the "
                f"replication factor ({replication}) and the rights."
            )


async def _all_shown(admin: AIOKafkaAdminClient, names: Collection[str], partitions: int) -> bool:
    """Whether brokers know every partition's leader; a topic that is too small is an error."""
    if not names:
        return True  # asked for none, a broker tells of all
    found = await admin.describe_topics(sorted(names))
    for topic in found:
        parts = topic["partitions"]
        if topic["error_code"] or any(one["leader"] < 0 for one in parts):
            return False
        if len(parts) < partitions:
            raise UnfitTopic(
                f"Kafka 主题 {topic['topic']} 只有 {len(parts)} 个分区，至少需要 {partitions} 个："
                "请改用另一个主题前缀，或在消费完积压后重建该主题。 "
                f"The Kafka topic {topic['topic']} has {len(parts)} partitions and needs "
                f"{partitions}: use another topic prefix, or make it anew once it is consumed."
            )
    return len(found) == len(set(names))


async def _all_compacted(admin: AIOKafkaAdminClient, names: Collection[str]) -> None:
    """A topic of latest states that was made otherwise would lose what nobody tells again."""
    if not names:
        return
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers: list[Any] = await admin.describe_configs(asked)
    for answer in answers:
        for _, _, _, name, entries in answer.resources:
            policy = next((value for key, value, *_ in entries if key == "cleanup.policy"), "")
            if policy != "compact":
                raise UnfitTopic(
                    f"Kafka 主题 {name} 的 cleanup.policy 为 {policy}，应为 compact：请改正该设置，"
                    "再执行 liandong states rebuild。 The topic "
                    f"{name} has cleanup.policy {policy}, not compact: alter it, then rebuild."
                )


def main(arguments: list[str] | None = None) -> int:
    """0: every topic can be written to; 2: not, and standard error says why in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m liandong.transports.topics")
    parser.add_argument("--partitions", type=int, default=PARTITIONS)
    parser.add_argument("--replication", type=int, default=1, help="copies of each partition")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for the broker")
    chosen = parser.parse_args(arguments)
    prefix = os.environ.get("LIANDONG_TOPIC_PREFIX", "")
    names = topic_names(SERVICES, prefix) + state_topic_names(SERVICES, prefix)
    bootstrap = ""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters is said below
    try:
        access = KafkaAccess.from_environment()
        bootstrap = access.bootstrap_servers
        if not bootstrap:
            raise UnfitTopic(
                "请设置 LIANDONG_KAFKA_BOOTSTRAP_SERVERS。 Set LIANDONG_KAFKA_BOOTSTRAP_SERVERS."
            )
        access = KafkaAccess.from_environment().options()
        asyncio.run(
            _ensure_within(
                chosen.wait, bootstrap, names, chosen.partitions, chosen.replication, access
            )
        )
    except ValidationError as error:
        told = (f"{_named(one['loc'])}{sentence(one)}" for one in error.errors())
        sys.stderr.write(f"{'；'.join(told)}\n")
        return 2
    except (UnfitTopic, UnfitAccess, ConnectionError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (KafkaError, TimeoutError) as error:
        sys.stderr.write(
            f"Kafka（{bootstrap}）未能备好主题（{type(error).__name__}）。 "
            f"Kafka at {bootstrap} did not get the topics ready ({type(error).__name__}).\n"
        )
        return 2
    sys.stdout.write("".join(f"{name}\n" for name in names))
    return 0


def _named(place: tuple[int | str, ...]) -> str:
    return f"LIANDONG_{str(place[0]).upper()}：" if place else ""


async def _ensure_within(
    seconds: float,
    bootstrap: str,
    names: Collection[str],
    partitions: int,
    replication: int,
    access: Mapping[str, Any],
) -> None:
    """Tries again until ``seconds`` are over, while no broker answers or it is still starting."""
    until = time.monotonic() + seconds
    while True:
        try:
            return await ensure_topics(bootstrap, names, partitions, replication, access)
        except (ConnectionError, KafkaError, TimeoutError):
            if time.monotonic() + _PAUSE_SECONDS > until:
                raise
            await asyncio.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
