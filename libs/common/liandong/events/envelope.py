"""The CloudEvents 1.0 envelope: attributes beside a JSON payload.

On Kafka the binary mode is used (attributes as ``ce_*`` headers), on the feed the structured
JSON mode. Extensions: ``partitionkey``, ``sequence`` (the aggregate's version), ``district``,
``traceparent`` and ``causationid`` (the event whose handling led to this one).
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from liandong.ids import read_uuid

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
STRUCTURED_CONTENT_TYPE = "application/cloudevents+json"
_REQUIRED = ("id", "source", "type", "subject", "time", "partitionkey", "sequence")


class MalformedEnvelope(ValueError):
    """The message is not one of our CloudEvents; says which attribute is wrong."""


class Envelope(NamedTuple):
    """One published event: who, what, about which aggregate, at which version, and the payload."""

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    key: str
    sequence: int
    dataschema: str
    payload: bytes
    district: str | None = None
    traceparent: str | None = None
    causation_id: str | None = None

    def attributes(self) -> dict[str, str]:
        """The context attributes, without the payload."""
        found: dict[str, str | None] = {
            "specversion": SPEC_VERSION,
            "id": str(self.id),
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "datacontenttype": CONTENT_TYPE,
            "dataschema": self.dataschema,
            "partitionkey": self.key,
            "sequence": str(self.sequence),
            "district": self.district,
            "traceparent": self.traceparent,
            "causationid": self.causation_id,
        }
        return {name: value for name, value in found.items() if value is not None}


def read_envelope(attributes: Mapping[str, Any], payload: bytes) -> Envelope:
    """Builds the envelope from attributes; raises :class:`MalformedEnvelope`."""
    if not all(map(attributes.get, _REQUIRED)):
        missing = [name for name in _REQUIRED if not attributes.get(name)]
        raise MalformedEnvelope(f"missing attribute: {', '.join(missing)}")
    if attributes.get("specversion") != SPEC_VERSION:
        raise MalformedEnvelope(f"specversion is {attributes.get('specversion')!r}, not 1.0")
    try:
        return Envelope(
            id=read_uuid(attributes["id"]),
            source=str(attributes["source"]),
            type=str(attributes["type"]),
            subject=str(attributes["subject"]),
            time=datetime.fromisoformat(attributes["time"]),
            key=str(attributes["partitionkey"]),
            sequence=int(attributes["sequence"]),
            dataschema=str(attributes.get("dataschema", "")),
            payload=payload,
            district=attributes.get("district"),
            traceparent=attributes.get("traceparent"),
            causation_id=attributes.get("causationid"),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise MalformedEnvelope(str(error)) from error


def kafka_headers(attributes: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """Binary mode: ``ce_*`` headers, and ``content-type`` for the payload's type."""
    headers = [("content-type", CONTENT_TYPE.encode())]
    headers += [
        (f"ce_{name}", value.encode())
        for name, value in attributes.items()
        if name != "datacontenttype"
    ]
    return headers


def from_kafka_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """The attributes in ``ce_*`` headers; undecodable bytes are replaced, never raised."""
    return {
        name.lower().removeprefix("ce_"): (value or b"").decode(errors="replace")
        for name, value in headers
        if name.lower().startswith("ce_")
    }


def structured(attributes: Mapping[str, str], payload: bytes) -> bytes:
    """Structured mode: one JSON object with the attributes and ``data``; payload kept as it is.

    A payload that is not JSON travels as ``data_base64``: it must not spoil its neighbours.
    """
    head = json.dumps(dict(attributes), ensure_ascii=False)
    try:
        json.loads(payload)
    except ValueError:
        return head[:-1].encode() + b', "data_base64": "' + base64.b64encode(payload) + b'"}'
    return head[:-1].encode() + b', "data": ' + payload + b"}"
