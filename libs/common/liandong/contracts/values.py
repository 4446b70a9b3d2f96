"""Which values of a field a reader takes: enumerations, patterns, lengths and bounds."""

from collections.abc import Iterator, Mapping
from typing import Any

from liandong.contracts.findings import Finding

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_PARTNER = {
    "minimum": "exclusiveMinimum",
    "maximum": "exclusiveMaximum",
    "exclusiveMinimum": "minimum",
    "exclusiveMaximum": "maximum",
}
_EXACT = ("pattern", "contentEncoding", "contentMediaType", "patternProperties")
_NOTHING = {"minLength": 0, "minItems": 0, "minProperties": 0}


def narrower_values(
    data: Mapping[str, Any], reader: Mapping[str, Any], at: str
) -> Iterator[Finding]:
    """Values that ``data`` admits and ``reader`` refuses."""
    yield from _enumeration(data, reader, at)
    for name in _LOWER:
        yield from _bound(name, data, reader, at, lower=True)
    for name in _UPPER:
        yield from _bound(name, data, reader, at, lower=False)
    listed = allowed_values(data) is not None
    for name in _EXACT:
        if name in reader and reader[name] != data.get(name) and not listed:
            yield Finding(
                at, f"narrowed-{name}", f"读取方要求 {name} {reader[name]}，原为 {data.get(name)}"
            )
    yield from _step(data, reader, at)
    if reader.get("uniqueItems") and not data.get("uniqueItems"):
        yield Finding(at, "narrowed-uniqueItems", "读取方不接受重复元素")


def allowed_values(schema: Mapping[str, Any]) -> list[Any] | None:
    """The values listed one by one; None when they are not."""
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _enumeration(data: Mapping[str, Any], reader: Mapping[str, Any], at: str) -> Iterator[Finding]:
    accepted, possible = allowed_values(reader), allowed_values(data)
    if accepted is None:
        return
    if possible is None:
        yield Finding(at, "narrowed-enum", f"取值不限，读取方只接受 {_listed(accepted)}")
        return
    refused = [value for value in possible if value not in accepted]
    if refused:
        yield Finding(at, "narrowed-enum", f"读取方不接受 {_listed(refused)}")


def _bound(
    name: str, data: Mapping[str, Any], reader: Mapping[str, Any], at: str, *, lower: bool
) -> Iterator[Finding]:
    if name not in reader or allowed_values(data) is not None:
        return
    wanted, given = reader[name], data.get(name, _NOTHING.get(name))
    other = data.get(_PARTNER.get(name, ""))
    if name.startswith("exclusive") and other == wanted:
        other = None  # the inclusive bound admits the very value that the reader refuses
    kept = [one for one in (given, other) if one is not None]
    if not any(one >= wanted if lower else one <= wanted for one in kept):
        yield Finding(at, f"narrowed-{name}", f"读取方要求 {name} {wanted}，原为 {given}")


def _step(data: Mapping[str, Any], reader: Mapping[str, Any], at: str) -> Iterator[Finding]:
    wanted, given = reader.get("multipleOf"), data.get("multipleOf")
    if wanted is not None and (given is None or given % wanted):
        yield Finding(at, "narrowed-multipleOf", f"读取方要求 {wanted} 的倍数，原为 {given}")


def _listed(values: list[Any]) -> str:
    return "、".join(str(value) for value in values)
