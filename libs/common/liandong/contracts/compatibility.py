"""May a published event change so? FULL_TRANSITIVE, by the rules of tolerant readers.

Two readers count: today's code reads every event that was ever published, and yesterday's reader
reads what is published today. Readers ignore fields they do not know, so an optional field may be
added, in a new version. A field that was published stays, keeps its type and stays promised; what
was allowed as a value stays allowed. New values (of an enumeration, say) are allowed in a new
version: whoever reads a code takes one that he does not know as such.
"""

from collections.abc import Mapping
from typing import Any

from liandong.contracts.findings import Finding
from liandong.contracts.reading import Reading

_ANNOTATIONS = frozenset(
    {"title", "description", "examples", "deprecated", "$comment", "$id", "$schema"}
)
_ENVELOPE = {
    "type": "事件类型",
    "topic": "主题",
    "key": "分区键",
    "key_fallback": "备用分区键",
    "subject_field": "主体字段",
}
_BY_NAME = frozenset({"properties", "$defs", "patternProperties"})
"""Members whose own members are names of fields or models, not keywords."""


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Finding]:
    """What of ``new`` breaks a reader of ``old`` events, or of events read by ``old`` code.

    Both are JSON Schemas of a payload. Sorted by place; empty when ``new`` may be a later
    version of ``old``.
    """
    backward = Reading(data=old, reader=new).findings()
    forward = Reading(data=new, reader=old, values=False, every_field=True).findings()
    found = {(one.pointer, one.code): one for one in [*_reworded(forward), *backward]}
    return sorted([*found.values(), *_envelope_changes(old, new)])


def changes_in_place(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Finding]:
    """Why ``new`` may not take the place of the same published version ``old``.

    Only descriptions may change in place; a new optional field needs a new version.
    """
    found = breaking_changes(old, new)
    if found or meaning(old) == meaning(new):
        return found
    return [Finding("", "changed-in-place", "已发布的版本只能改说明文字，增加内容须提高 version")]


def meaning(schema: Any) -> Any:
    """The schema without its descriptions: what decides whether a payload is valid."""
    if isinstance(schema, list):
        return [meaning(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for name, value in schema.items():
        if name in _BY_NAME:
            found[name] = {field: meaning(one) for field, one in value.items()}
        elif name in ("required", "enum"):
            found[name] = sorted(value, key=repr)
        elif name not in _ANNOTATIONS:
            found[name] = meaning(value)
    return found


_FORWARD_WORDS = {
    "missing-field": ("removed-field", "已发布的字段被删除或改名"),
    "missing-required-field": ("removed-field", "已发布的字段被删除或改名"),
    "not-promised": ("no-longer-required", "原来必有的字段变为可有可无"),
}


def _reworded(findings: list[Finding]) -> list[Finding]:
    """Seen from the old reader, what is missing has been removed."""
    return [
        Finding(one.pointer, *_FORWARD_WORDS[one.code]) if one.code in _FORWARD_WORDS else one
        for one in findings
    ]


def _envelope_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Finding]:
    before, after = old.get("x-liandong"), new.get("x-liandong")
    if before is None or after is None:
        return []
    return [
        Finding(
            f"/x-liandong/{name}",
            "changed-envelope",
            f"{title}由 {before.get(name)} 变为 {after.get(name)}",
        )
        for name, title in _ENVELOPE.items()
        if before.get(name) != after.get(name)
    ]
