"""The AsyncAPI 3.0 document: which service sends which events, on which topic, by which key."""

import inspect
from collections.abc import Iterable
from typing import Any

from liandong.contracts.events import event_file, partition_key
from liandong.definition import ServiceDefinition
from liandong.events.contract import Event
from liandong.events.envelope import CONTENT_TYPE, SPEC_VERSION
from liandong.events.states import SUFFIX

_KAFKA_BINDING = "0.5.0"
_DESCRIPTION = """\
联动平台五个服务发布的领域事件，每个服务一个主题。
同一分区键（组织编号，没有组织的为主体编号）的事件保持先后顺序。
同一事件可能重复投递：请按 `ce_id` 去重，按 `ce_sequence` 忽略旧版本。
未知字段和未知取值应予忽略。
不能访问 Kafka 的单位可经 `GET /v1/events`（见 openapi）读取同样的事件。
"""


_STATES = """\
各主体的最新状态（压缩主题）：每个主体只保留最后一条，没有消息体的一条表示该主体不再公示。
状态先于引起它的事件写入；新接入单位的起步办法见 docs/integration/kafka.md。
"""


def asyncapi_document(definitions: Iterable[ServiceDefinition]) -> dict[str, Any]:
    """The document of all the services; payloads are references to the schema files."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for definition in definitions:
        if not definition.events:
            continue
        sent = [(definition.name, "发布事件", definition.description, definition.events)]
        states = [kind.state for kind in definition.states]
        if states:
            sent.append((definition.name + SUFFIX, "发布最新状态", _STATES, states))
        for name, act, description, events in sent:
            names = {_message_name(event): event for event in events}
            messages |= {key: _message(event) for key, event in names.items()}
            channels[name] = {
                "address": f"liandong.{name}",
                "title": definition.title,
                "description": description,
                "servers": [{"$ref": "#/servers/kafka"}],
                "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in names},
                "bindings": {"kafka": {"bindingVersion": _KAFKA_BINDING}},
            }
            operations[f"{name}.send"] = {
                "action": "send",
                "title": f"{definition.title}{act}",
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{key}"} for key in names],
                "bindings": {"kafka": {"bindingVersion": _KAFKA_BINDING}},
            }
    return {
        "asyncapi": "3.0.0",
        "id": "urn:liandong:events",
        "info": {
            "title": "联动领域事件",
            "version": "1.0",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "部署单位的 Kafka 集群（3.7 及以上）",
                "variables": {"bootstrap": {"default": "kafka:9092"}},
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"CloudEventHeaders": _headers()}},
    }


def _message_name(event: type[Event]) -> str:
    return f"{event.type}.v{event.version}"


def _message(event: type[Event]) -> dict[str, Any]:
    key = partition_key(event)
    fields = " ?? ".join(key.values())
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": inspect.cleandoc(event.__doc__ or "").partition("\n")[0],
        "contentType": CONTENT_TYPE,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEventHeaders"},
                {
                    "type": "object",
                    "properties": {
                        "ce_type": {"const": event.type},
                        "ce_source": {"const": f"/liandong/{event.service()}"},
                        "ce_dataschema": {"const": event.dataschema()},
                    },
                },
            ]
        },
        "payload": {"$ref": f"./{event_file(event)}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"payload 的 {fields}"},
                "bindingVersion": _KAFKA_BINDING,
            }
        },
    }


def _headers() -> dict[str, Any]:
    """The attributes of :class:`liandong.events.envelope.Envelope` as Kafka headers."""

    def text(description: str, **more: Any) -> dict[str, Any]:
        return {"type": "string", "description": description, **more}

    properties = {
        "content-type": {"const": CONTENT_TYPE},
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": text("事件编号，去重用", format="uuid"),
        "ce_source": text("发布事件的服务，/liandong/<服务>", pattern="^/liandong/[a-z-]+$"),
        "ce_type": text("事件类型，cn.liandong.<服务>.<主体>.<事实>"),
        "ce_subject": text("主体（聚合）的编号", format="uuid"),
        "ce_time": text("发生时间（UTC）", format="date-time"),
        "ce_dataschema": text("urn:liandong:event:<类型>:<版本>"),
        "ce_partitionkey": text("分区键，与 Kafka 消息键相同"),
        "ce_sequence": text("主体的版本号，逐次加大", pattern="^[0-9]+$"),
        "ce_district": text("行政区划代码", pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"),
        "ce_traceparent": text("W3C Trace Context"),
        "ce_causationid": text("引起本事件的事件编号", format="uuid"),
    }
    optional = ("ce_district", "ce_traceparent", "ce_causationid")
    return {
        "type": "object",
        "description": "CloudEvents 1.0 二进制模式的消息头",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }
