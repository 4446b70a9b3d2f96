"""The JSON Schema of an event's payload, made from the event's class."""

import inspect
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from liandong.events.contract import Event
from liandong.events.states import State

DIALECT = GenerateJsonSchema.schema_dialect


def event_file(event: type[Event]) -> str:
    """Where the schema stands below ``contracts``."""
    folder = "states" if issubclass(event, State) else "events"
    return f"{folder}/{event.service()}/{event.type}.v{event.version}.json"


def event_schema(event: type[Event]) -> dict[str, Any]:
    """The published schema: what the producer writes, with what goes into the envelope.

    ``required`` lists what every event of this version carries. A field with a default is not
    promised: events of an older version lie in the feed without it.
    """
    schema = event.model_json_schema(mode="serialization")
    schema["description"] = inspect.cleandoc(event.__doc__ or "")
    facts = {
        "type": event.type,
        "version": event.version,
        "topic": event.topic(),
        **partition_key(event),
        "subject_field": event.subject_field,
    }
    return {"$schema": DIALECT, "$id": event.dataschema(), **schema, "x-liandong": facts}


def partition_key(event: type[Event]) -> dict[str, str]:
    """The field that events keep their order by; ``key_fallback`` where it may be empty."""
    key = _key_of(event)
    if key not in event.model_fields or not _may_be_empty(event, key):
        return {"key": key}
    return {"key": key, "key_fallback": _key_of(event, without=key)}


def _key_of(event: type[Event], *, without: str = "") -> str:
    """Which field the key is taken from: asked of an event whose values are the fields' names."""
    names: dict[str, Any] = {name: None if name == without else name for name in event.model_fields}
    return event.model_construct(None, **names).key


def _may_be_empty(event: type[Event], name: str) -> bool:
    field = event.model_fields[name]
    return not field.is_required() or type(None) in getattr(field.annotation, "__args__", ())
