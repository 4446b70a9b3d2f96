"""A partner that begins today: it reads the latest states, then every event from there on.

Needs Python 3.11 and ``pip install "aiokafka[lz4]"``. What it knows is kept in SQLite, so that it
goes on where it stopped; an event is noted in the same transaction in which it takes effect, so a
message that comes twice takes effect once::

    python partner.py --brokers kafka.example.gov.cn:9094 --ca ca.pem \\
        --user partner.city-data-bureau --password-file password --service credit-list

``--once`` ends when everything that was there has been read.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.helpers import create_ssl_context

ENDED = {
    "cn.liandong.registry.penalty.unpublished",
    "cn.liandong.registry.penalty.withdrawn",
    "cn.liandong.registry.inspection.dropped",
    "cn.liandong.evaluation.grade.cancelled",
    "cn.liandong.evaluation.grade.expired",
    "cn.liandong.credit-list.organization.delisted",
    "cn.liandong.credit-list.record.withdrawn",
    "cn.liandong.credit-list.foreign-listing.ended",
    "cn.liandong.supply-demand.site.withdrawn",
}
"""Events after which the aggregate is shown no longer."""


class Copy:
    """What we know: of each aggregate the sequence and the fields; no fields: it is gone."""

    def __init__(self, path: Path) -> None:
        self.is_new = not path.exists()
        self.db = sqlite3.connect(path)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS aggregate"
            " (id TEXT PRIMARY KEY, sequence INTEGER, fields TEXT)"
        )

    def learn(self, record: "ConsumerRecord[Any, Any]") -> bool:
        """Takes a state or an event in; False when we knew it, or something newer."""
        headers = {name: value.decode() for name, value in record.headers}
        subject, sequence = headers["ce_subject"], int(headers["ce_sequence"])
        known = self.db.execute(
            "SELECT sequence, fields FROM aggregate WHERE id = ?", (subject,)
        ).fetchone()
        if known is not None and known[0] >= sequence:
            return False
        fields = None
        if record.value and headers["ce_type"] not in ENDED:
            before = json.loads(known[1]) if known is not None and known[1] else {}
            fields = json.dumps(before | json.loads(record.value), ensure_ascii=False)
        self.db.execute(
            "INSERT OR REPLACE INTO aggregate VALUES (?, ?, ?)", (subject, sequence, fields)
        )
        return True

    def close(self) -> None:
        self.db.close()


def react(record: "ConsumerRecord[Any, Any]") -> None:
    """Your own part: what an event means to you."""
    headers = {name: value.decode() for name, value in record.headers}
    print(headers["ce_type"], headers["ce_subject"], headers["ce_sequence"], flush=True)


async def begin_from_now(events: AIOKafkaConsumer, states: AIOKafkaConsumer, copy: Copy) -> None:
    """First the end of the events, then the states: a state is written before its event, so what
    lies before that end is in the states, and what lies behind it is still to be read."""
    ends = await events.end_offsets(events.assignment())
    await states.seek_to_beginning()
    until = await states.end_offsets(states.assignment())
    while not await reached(states, until):
        for records in (await states.getmany(timeout_ms=500)).values():
            with copy.db:
                for record in records:
                    copy.learn(record)
    await events.commit(ends)
    for place, offset in ends.items():
        events.seek(place, offset)


async def follow(events: AIOKafkaConsumer, copy: Copy, *, once: bool) -> None:
    """Every event once, in the order of its key; the place is kept after the effect."""
    until = await events.end_offsets(events.assignment()) if once else None
    while until is None or not await reached(events, until):
        found = await events.getmany(timeout_ms=500)
        for records in found.values():
            for record in records:
                with copy.db:
                    if copy.learn(record):
                        react(record)
        if found:
            await events.commit()


async def partitions(connection: dict[str, Any], topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**connection)
    try:
        await admin.start()
        found = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return [TopicPartition(topic, one["partition"]) for one in found[0]["partitions"]]


async def reached(consumer: AIOKafkaConsumer, until: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(place) >= end for place, end in until.items()])


async def run(given: argparse.Namespace) -> None:
    topic = f"{given.prefix}liandong.{given.service}"
    connection: dict[str, Any] = {
        "bootstrap_servers": given.brokers,
        "security_protocol": given.protocol,
        "ssl_context": create_ssl_context(cafile=given.ca)
        if given.protocol == "SASL_SSL"
        else None,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": given.user,
        "sasl_plain_password": given.password_file.read_text().strip(),
    }
    reading: dict[str, Any] = {
        "enable_auto_commit": False,
        "auto_offset_reset": "none",  # who was away for too long begins again from the states
    }
    copy = Copy(given.copy)
    events = AIOKafkaConsumer(group_id=f"{given.user}.copy", **connection, **reading)
    states = AIOKafkaConsumer(group_id=None, **connection, **reading)
    events.assign(await partitions(connection, topic))
    states.assign(await partitions(connection, f"{topic}.state"))
    try:
        await asyncio.gather(events.start(), states.start())
        if copy.is_new:
            await begin_from_now(events, states, copy)
        try:
            await follow(events, copy, once=given.once)
        except (OffsetOutOfRangeError, NoOffsetForPartitionError):
            await begin_from_now(events, states, copy)
            await follow(events, copy, once=given.once)
    finally:
        await asyncio.gather(events.stop(), states.stop())
        copy.close()


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--protocol", default="SASL_SSL", choices=["SASL_SSL", "SASL_PLAINTEXT"])
    parser.add_argument("--ca", type=Path)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    parser.add_argument("--service", required=True)
    parser.add_argument("--prefix", default="", help="prefix of the platform's topics")
    parser.add_argument("--copy", type=Path, default=Path("copy.sqlite"))
    parser.add_argument("--once", action="store_true")
    asyncio.run(run(parser.parse_args(None if arguments is None else list(arguments))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
