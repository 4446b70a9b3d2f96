"""What Debezium's connector of a service is set to, so that it writes what the relay would write.

``python -m liandong.cdc.connector FOLDER`` writes one file per service, for Connect's REST
interface (``PUT /connectors/<name>/config``). Addresses and passwords are looked up by the Connect
worker in its environment: ``LIANDONG_CDC_<SERVICE>_HOST`` and so on.
"""

import json
import sys
from pathlib import Path
from typing import Final

from liandong.cdc.slot import PLUGIN, PUBLICATION, slot_name
from liandong.settings import SERVICES
from liandong.transports.base import MAX_REQUEST_BYTES
from liandong.transports.kafka import MAX_BATCH_BYTES

ENVIRONMENT: Final = "LIANDONG_CDC"
HEARTBEATS: Final = "liandong.cdc-heartbeat"
_STRINGS: Final = "org.apache.kafka.connect.storage.StringConverter"

_READING: Final = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "tasks.max": "1",
    "plugin.name": PLUGIN,
    "publication.name": PUBLICATION,
    "publication.autocreate.mode": "disabled",
    "slot.drop.on.stop": "false",
    # What lay in the outbox before the slot was made is the relay's.
    "snapshot.mode": "no_data",
    "table.include.list": "backbone.outbox",
    "skipped.operations": "u,d,t",
    "tombstones.on.delete": "false",
    "binary.handling.mode": "bytes",
    "poll.interval.ms": "10",
    # The log is let go although only other databases of the server are written to.
    "heartbeat.interval.ms": "5000",
    "heartbeat.action.query": "SELECT pg_logical_emit_message(false, 'liandong', '')",
    "topic.heartbeat.prefix": HEARTBEATS,
    "message.prefix.exclude.list": "liandong",
}
_ROUTING: Final = {
    "transforms": "outbox,cloudevent",
    "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter",
    "transforms.outbox.table.field.event.id": "id",
    "transforms.outbox.table.field.event.key": "aggregateid",
    "transforms.outbox.table.field.event.payload": "payload",
    "transforms.outbox.route.by.field": "topic",
    "transforms.outbox.route.topic.regex": "(.*)",
    "transforms.outbox.route.topic.replacement": "$1",
    "transforms.outbox.table.fields.additional.placement": "headers:header:cloudevent",
    "transforms.cloudevent.type": "cn.liandong.connect.CloudEventHeaders",
}
_WRITING: Final = {
    "key.converter": _STRINGS,
    "value.converter": "io.debezium.converters.BinaryDataConverter",
    "value.converter.delegate.converter.type": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter.delegate.converter.type.schemas.enable": "false",
    "header.converter": _STRINGS,
    "producer.override.acks": "all",
    "producer.override.enable.idempotence": "true",
    "producer.override.compression.type": "lz4",
    "producer.override.linger.ms": "5",
    "producer.override.batch.size": str(MAX_BATCH_BYTES),
    "producer.override.max.request.size": str(MAX_REQUEST_BYTES),
    # What Kafka refuses stops the connector: left out, it would be lost without a word.
    "errors.tolerance": "none",
}


def name_of(service: str, prefix: str = "") -> str:
    """The connector's own name; its offsets are kept under it."""
    return f"{prefix}liandong-{service}"


def heartbeat_topic(service: str, prefix: str = "") -> str:
    return f"{HEARTBEATS}.{prefix}{service}"


def configuration(service: str, prefix: str = "") -> dict[str, str]:
    """The whole configuration; ``prefix`` is the platform's LIANDONG_TOPIC_PREFIX."""
    variable = f"{ENVIRONMENT}_{service.replace('-', '_').upper()}"
    return {
        **_READING,
        "database.hostname": f"${{env:{variable}_HOST}}",
        "database.port": f"${{env:{variable}_PORT}}",
        "database.user": f"${{env:{variable}_USER}}",
        "database.password": f"${{env:{variable}_PASSWORD}}",
        "database.dbname": f"${{env:{variable}_DATABASE}}",
        "database.sslmode": f"${{env:{variable}_SSLMODE}}",
        "slot.name": slot_name(service, prefix),
        "topic.prefix": f"{prefix}{service}",
        **_ROUTING,
        **_WRITING,
    }


def write(folder: Path) -> list[Path]:
    """One file per service; which."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / f"{service}.json": configuration(service) for service in SERVICES}
    for file, told in files.items():
        file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return list(files)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{file}\n" for file in write(Path(sys.argv[1]))))
