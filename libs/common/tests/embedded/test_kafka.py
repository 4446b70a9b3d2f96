"""A real broker: a message goes through, and is still there when the broker comes back."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from liandong.testing import kafka
from liandong.testing.kafka import KafkaBroker, KafkaUnavailable, private_broker


async def make_topic(servers: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()


async def produce(servers: str, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def consume_one(servers: str, topic: str) -> bytes:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, group_id=topic, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return (await asyncio.wait_for(consumer.getone(), 30)).value
    finally:
        await consumer.stop()


async def test_a_message_goes_through(kafka_bootstrap: str, kafka_topic_prefix: str) -> None:
    topic = f"{kafka_topic_prefix}facts"
    await make_topic(kafka_bootstrap, topic)
    await produce(kafka_bootstrap, topic, "等级已确认".encode())
    assert (await consume_one(kafka_bootstrap, topic)).decode() == "等级已确认"


async def test_a_restarted_broker_has_its_address_and_its_messages(
    private_kafka: KafkaBroker,
) -> None:
    servers = private_kafka.bootstrap_servers
    await make_topic(servers, "facts")
    await produce(servers, "facts", b"before")
    await asyncio.to_thread(private_kafka.stop, abruptly=True)
    assert not private_kafka.running
    await asyncio.to_thread(private_kafka.restart)
    assert private_kafka.bootstrap_servers == servers
    assert await consume_one(servers, "facts") == b"before"


def test_the_command_line_says_where_a_running_broker_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(kafka.SERVERS_VARIABLE, raising=False)
    assert kafka.main(["status", "--folder", str(tmp_path / "kafka")]) == 1
    assert "Kafka is not running" in capsys.readouterr().err
    assert kafka.main(["stop", "--folder", str(tmp_path / "kafka")]) == 0


def test_without_docker_and_java_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    with pytest.raises(KafkaUnavailable, match=r"请设置 KAFKA_BOOT.*Java 17 and Maven"):
        private_broker(tmp_path / "kafka")


def test_a_given_broker_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kafka.SERVERS_VARIABLE, "127.0.0.1:1")
    monkeypatch.setattr(kafka, "_ANSWER_SECONDS", 0.3)
    with pytest.raises(KafkaUnavailable, match=r"127\.0\.0\.1:1,"), kafka.kafka_for_tests():
        pass
