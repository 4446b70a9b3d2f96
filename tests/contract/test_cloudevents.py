"""Our envelope is CloudEvents 1.0, as the CloudEvents SDK reads and writes it."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from liandong.events.envelope import (
    STRUCTURED_CONTENT_TYPE,
    Envelope,
    MalformedEnvelope,
    from_kafka_headers,
    kafka_headers,
    read_envelope,
    structured,
)

PAYLOAD = '{"organization_id":"0198c5f0-0000-7000-8000-000000000002","grade":"5A","名":"合肥"}'
ENVELOPE = Envelope(
    id=UUID("0198c5f0-0000-7000-8000-000000000001"),
    source="/liandong/evaluation",
    type="cn.liandong.evaluation.grade.confirmed",
    subject="0198c5f0-0000-7000-8000-000000000003",
    time=datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC),
    key="0198c5f0-0000-7000-8000-000000000002",
    sequence=7,
    dataschema="urn:liandong:event:cn.liandong.evaluation.grade.confirmed:1",
    payload=PAYLOAD.encode(),
    district="340103",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    causation_id="0198c5f0-0000-7000-8000-000000000009",
)
EXTENSIONS = {"partitionkey", "sequence", "district", "traceparent", "causationid"}


def _as_the_sdk_reads_it() -> CloudEvent:
    message = kafka.KafkaMessage(
        headers=dict(kafka_headers(ENVELOPE.attributes())),
        key=ENVELOPE.key.encode(),
        value=ENVELOPE.payload,
    )
    event = kafka.from_binary(message, JSONFormat(), CloudEvent)
    assert isinstance(event, CloudEvent)
    return event


def _same(event: CloudEvent) -> None:
    assert event.get_id() == str(ENVELOPE.id)
    assert event.get_source() == ENVELOPE.source
    assert event.get_type() == ENVELOPE.type
    assert event.get_subject() == ENVELOPE.subject
    assert event.get_time() == ENVELOPE.time
    assert event.get_specversion() == "1.0"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == ENVELOPE.dataschema
    assert event.get_extension("partitionkey") == ENVELOPE.key
    assert event.get_extension("sequence") == "7"
    assert event.get_extension("district") == "340103"
    assert event.get_data() == json.loads(PAYLOAD)


def test_the_sdk_reads_our_binary_kafka_message() -> None:
    _same(_as_the_sdk_reads_it())


def test_the_sdk_reads_our_structured_event() -> None:
    message = kafka.KafkaMessage(
        headers={"content-type": STRUCTURED_CONTENT_TYPE.encode()},
        key=ENVELOPE.key.encode(),
        value=structured(ENVELOPE.attributes(), ENVELOPE.payload),
    )
    event = kafka.from_structured(message, JSONFormat(), CloudEvent)
    assert isinstance(event, CloudEvent)
    _same(event)


def test_we_read_what_the_sdk_writes_in_binary_mode() -> None:
    message = kafka.to_binary(_as_the_sdk_reads_it(), JSONFormat())
    found = read_envelope(from_kafka_headers(message.headers.items()), message.value)
    assert found.attributes() == ENVELOPE.attributes()
    assert json.loads(found.payload) == json.loads(PAYLOAD)
    assert message.key == ENVELOPE.key


def test_we_read_what_the_sdk_writes_in_structured_mode() -> None:
    message = kafka.to_structured(_as_the_sdk_reads_it(), JSONFormat())
    content = json.loads(message.value)
    data = content.pop("data")
    found = read_envelope(content, json.dumps(data).encode())
    assert found.attributes() == ENVELOPE.attributes()


def test_the_headers_are_those_of_the_sdk() -> None:
    ours = dict(kafka_headers(ENVELOPE.attributes()))
    theirs = kafka.to_binary(_as_the_sdk_reads_it(), JSONFormat()).headers
    assert ours == theirs


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_names_of_extensions_are_lower_case_letters_and_digits(name: str) -> None:
    assert name in ENVELOPE.attributes()
    assert name.isascii()
    assert name.isalnum()
    assert name.islower()
    assert len(name) <= 20


def test_what_is_absent_is_not_written() -> None:
    bare = ENVELOPE._replace(district=None, traceparent=None, causation_id=None)
    assert EXTENSIONS & set(bare.attributes()) == {"partitionkey", "sequence"}
    assert b"null" not in structured(bare.attributes(), bare.payload)


@pytest.mark.parametrize(
    "name", ["id", "source", "type", "specversion", "subject", "time", "partitionkey", "sequence"]
)
def test_an_event_without_a_required_attribute_is_refused(name: str) -> None:
    attributes = ENVELOPE.attributes()
    del attributes[name]
    with pytest.raises(MalformedEnvelope, match=name):
        read_envelope(attributes, ENVELOPE.payload)
