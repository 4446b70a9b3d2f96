"""Partners on a broker that asks who one is: what they may read, what is refused, their limits.

One broker for the file. The platform itself enters by SCRAM, as a super user.
"""

import asyncio
import dataclasses
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from aiokafka.helpers import create_ssl_context
from typer.testing import CliRunner

from liandong.cli.main import app
from liandong.partners.broker import opened
from liandong.testing.kafka_secured import PLATFORM, PLATFORM_PASSWORD, SecuredKafka
from liandong.testing.probe import change, make
from liandong.testing.services import ServiceUnderTest, an_actor
from liandong.testing.states import STATED
from liandong.transports import topics
from liandong.transports.access import KafkaAccess

ACTOR = an_actor()
EXAMPLES = Path(__file__).parents[4] / "docs/integration/examples"
CATALOGUE = """\
partners:
  - {name: bureau, title: 市数据资源管理局, topics: [registry], request_percentage: 10,
     hosts: [127.0.0.1]}
  - {name: bank, title: 某银行, topics: [funding], states: false, consumer_byte_rate: 65536,
     hosts: [192.0.2.7]}
"""


@pytest.fixture
def as_platform(secured_kafka: SecuredKafka, monkeypatch: pytest.MonkeyPatch) -> SecuredKafka:
    for name, value in secured_kafka.platform().items():
        monkeypatch.setenv(name, value)
    return secured_kafka


def liandong(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["--json", "partners", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["changes"]


@asynccontextmanager
async def reader(
    broker: SecuredKafka, user: str, password: str, group: str, topic: str
) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.partners,
        security_protocol="SASL_SSL",
        ssl_context=create_ssl_context(cafile=broker.ca_file),
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=password,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    consumer.assign([TopicPartition(topic, number) for number in range(3)])
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def test_a_partner_reads_its_own_and_nothing_else(
    as_platform: SecuredKafka, tmp_path: Path
) -> None:
    broker = as_platform
    catalogue, passwords = tmp_path / "partners.yaml", tmp_path / "passwords"
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    told = (str(catalogue), "--passwords", str(passwords))
    assert await asyncio.to_thread(topics.main, ["--partitions", "3"]) == 0
    planned = await asyncio.to_thread(liandong, "plan", str(catalogue))
    assert [one["user"] for one in planned] == ["partner.bureau", "partner.bank"]
    assert await asyncio.to_thread(liandong, "apply", *told) == planned
    assert await asyncio.to_thread(liandong, "apply", *told) == [], "a second time: nothing"
    async with opened(KafkaAccess.from_environment()) as book:
        standing = await book.standing("partner.")
    assert standing["partner.bureau"].quotas["request_percentage"] == 10
    assert standing["partner.bank"].quotas["consumer_byte_rate"] == 65536

    producer = AIOKafkaProducer(
        bootstrap_servers=broker.partners,
        security_protocol="SASL_SSL",
        ssl_context=create_ssl_context(cafile=broker.ca_file),
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=PLATFORM,
        sasl_plain_password=PLATFORM_PASSWORD,
    )
    async with producer:
        await producer.send_and_wait("liandong.registry", b"{}", key=b"k")
    password = (passwords / "bureau").read_text().strip()
    me = (broker, "partner.bureau", password)
    async with reader(*me, "partner.bureau.copy", "liandong.registry") as consumer:
        assert (await consumer.getone()).value == b"{}"
        await consumer.commit()
    with pytest.raises(TopicAuthorizationFailedError):
        async with reader(*me, "partner.bureau.copy", "liandong.funding"):
            pass
    async with reader(*me, "partner.bank.copy", "liandong.registry") as consumer:
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.committed(TopicPartition("liandong.registry", 0))
    elsewhere = (broker, "partner.bank", (passwords / "bank").read_text().strip())
    with pytest.raises(TopicAuthorizationFailedError):
        async with reader(*elsewhere, "partner.bank.copy", "liandong.funding"):
            pass
    writer = AIOKafkaProducer(
        bootstrap_servers=broker.partners,
        security_protocol="SASL_SSL",
        ssl_context=create_ssl_context(cafile=broker.ca_file),
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username="partner.bureau",
        sasl_plain_password=password,
        enable_idempotence=False,
    )
    async with writer:
        with pytest.raises(TopicAuthorizationFailedError):
            await writer.send_and_wait("liandong.registry", b"forged")

    rotated = await asyncio.to_thread(liandong, "apply", *told, "--rotate", "bureau")
    assert [one["password"] for one in rotated] == ["set"]
    with pytest.raises(KafkaConnectionError):
        async with reader(*me, "partner.bureau.copy", "liandong.registry"):
            pass
    catalogue.write_text(CATALOGUE.splitlines()[0] + " []\n", encoding="utf-8")
    assert await asyncio.to_thread(liandong, "apply", *told) == [], "nobody goes unless told"
    removed = await asyncio.to_thread(liandong, "apply", *told, "--prune", "--yes")
    assert [one["password"] for one in removed] == ["removed", "removed"]
    assert not list(passwords.iterdir())
    async with opened(KafkaAccess.from_environment()) as book:
        assert await book.standing("partner.") == {}


async def test_the_example_begins_from_the_states_and_goes_on_where_it_stopped(
    as_platform: SecuredKafka,
    start_service: Any,
    kafka_topic_prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The Python consumer of the documentation, as a process of its own."""
    prefix, broker = kafka_topic_prefix, as_platform
    monkeypatch.setenv("LIANDONG_TOPIC_PREFIX", prefix)
    (tmp_path / "partners.yaml").write_text(CATALOGUE, encoding="utf-8")
    told = (str(tmp_path / "partners.yaml"), "--passwords", str(tmp_path / "passwords"))
    await asyncio.to_thread(liandong, "apply", *told)
    names = [f"{prefix}liandong.registry{end}" for end in ("", ".state")]
    access = KafkaAccess.from_environment()
    await topics.ensure_topics(broker.partners, names, 3, access=access.options())
    service: ServiceUnderTest = await start_service(
        dataclasses.replace(STATED, name="registry"),
        transport="kafka",
        kafka_bootstrap_servers=broker.partners,
        kafka_security_protocol="SASL_SSL",
        kafka_ca_file=broker.ca_file,
        kafka_username=PLATFORM,
        kafka_password=PLATFORM_PASSWORD,
        topic_prefix=prefix,
        state_topics=True,
    )
    commands, relay = service.runtime.commands, service.runtime.relay
    async with commands.begin(ACTOR) as uow:
        things = [await make(uow, value) for value in (1, 2)]
    await relay.drain()

    async def partner() -> str:
        command = [
            sys.executable, str(EXAMPLES / "partner.py"), "--once", "--brokers", broker.partners,
            "--ca", str(broker.ca_file), "--user", f"{prefix}partner.bureau",
            "--password-file", str(tmp_path / "passwords" / "bureau"),
            "--prefix", prefix, "--service", "registry",
            "--copy", str(tmp_path / "copy.sqlite"),
        ]  # fmt: skip
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def copied() -> set[tuple[str, int, int]]:
        with sqlite3.connect(tmp_path / "copy.sqlite") as db:
            rows = db.execute("SELECT id, sequence, fields FROM aggregate").fetchall()
        db.close()
        return {(one, sequence, json.loads(fields)["value"]) for one, sequence, fields in rows}

    assert await partner() == "", "what was before is in the states, not in the events"
    assert copied() == {(str(things[0].id), 1, 1), (str(things[1].id), 1, 2)}
    async with commands.begin(ACTOR) as uow:
        await change(uow, things[0].id, 5)
    await relay.drain()
    assert (await partner()).split() == ["cn.liandong.probe.thing.changed", str(things[0].id), "2"]
    assert copied() == {(str(things[0].id), 2, 5), (str(things[1].id), 1, 2)}
    assert await partner() == "", "everything once"
    await relay.publisher.stop()
