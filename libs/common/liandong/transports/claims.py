"""Whose topic it is: said in a topic of its own, which is never shortened.

The first who publishes to ``liandong.<service>`` claims it for its database and writes down how
many partitions it has. A second environment on the same prefix, or the same topic with another
number of partitions (keys would move, and their events lose their order), is found out by that.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

CLAIMS: Final = "liandong.claims"
FOR_EVER: Final = "-1"
_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Claim:
    topic: str
    database: UUID
    """The id that the publisher's database bears."""
    environment: str
    partitions: int


def claims_topic(prefix: str) -> str:
    return f"{prefix}{CLAIMS}"


def claims_of(names: Iterable[str]) -> set[str]:
    """The topics of claims beside these topics of services."""
    return {claims_topic(name[: name.index("liandong.")]) for name in names if "liandong." in name}


async def read_claims(
    bootstrap: str, prefix: str, topic: str, access: Mapping[str, Any] | None = None
) -> Sequence[Claim]:
    """All claims of the topic, the oldest first; KafkaError when the broker does not answer."""
    place = TopicPartition(claims_topic(prefix), 0)
    found: list[Claim] = []
    reader = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **(access or {}),
    )
    async with asyncio.timeout(_SECONDS), reader:
        reader.assign([place])
        end = (await reader.end_offsets([place]))[place]
        while await reader.position(place) < end:
            records = await reader.getmany(place, timeout_ms=250)
            for record in records.get(place, ()):
                made = _read(topic, record.value) if record.key == topic.encode() else None
                found += [made] if made else []
    return found


async def claim(
    bootstrap: str, prefix: str, made: Claim, access: Mapping[str, Any] | None = None
) -> None:
    """Appends a claim. Of two that are made at once the older stands: read them again."""
    value = {
        "database": str(made.database),
        "environment": made.environment,
        "partitions": made.partitions,
    }
    writer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", **(access or {}))
    async with asyncio.timeout(_SECONDS), writer:
        await writer.send_and_wait(
            claims_topic(prefix), json.dumps(value).encode(), key=made.topic.encode()
        )


def _read(topic: str, value: bytes | None) -> Claim | None:
    """None for a record that is not one of ours: it claims nothing."""
    try:
        told = json.loads(value or b"")
        return Claim(
            topic, UUID(told["database"]), str(told["environment"]), int(told["partitions"])
        )
    except (ValueError, KeyError, TypeError):
        return None
