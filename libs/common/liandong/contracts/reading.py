"""Can one JSON Schema's reader read what another JSON Schema admits?

The comparison is of the subset that pydantic writes: types, formats, ``anyOf``, ``$ref``,
objects, arrays, enumerations and bounds. What it does not know it takes as different.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liandong.contracts.findings import Finding
from liandong.contracts.values import narrower_values

Schema = Mapping[str, Any]


@dataclass
class Reading:
    """``reader`` reads payloads that satisfy ``data``.

    ``values``: also enumerations, patterns and bounds must fit. ``every_field``: a field that the
    reader knows must be there even when it could do without.
    """

    data: Schema
    reader: Schema
    values: bool = True
    every_field: bool = False
    _open: list[tuple[int, int]] = field(default_factory=list)
    """Pairs being compared; a model that contains itself ends here."""

    def findings(self) -> list[Finding]:
        return list(self._compare(self.data, self.reader, ""))

    def _compare(self, data: Schema, reader: Schema, at: str) -> Iterator[Finding]:
        pair = (id(data), id(reader))
        if pair in self._open:
            return
        self._open.append(pair)
        wanted = self._branches(resolve(reader, self.reader), self.reader)
        for branch in self._branches(resolve(data, self.data), self.data):
            yield from self._fits_one_of(branch, wanted, at)
        self._open.pop()

    def _branches(self, schema: Schema, root: Schema) -> list[Schema]:
        """The alternatives of a union, flat; a schema without alternatives is its own only one."""
        union: Sequence[Schema] = schema.get("anyOf") or schema.get("oneOf") or ()
        if union:
            rest = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}
            return [
                one
                for part in union
                for one in self._branches({**rest, **resolve(part, root)}, root)
            ]
        if isinstance(schema.get("type"), list):
            return [{**schema, "type": one} for one in schema["type"]]
        return [schema]

    def _fits_one_of(self, data: Schema, readers: Sequence[Schema], at: str) -> Iterator[Finding]:
        """Nothing when some alternative reads the data; else what is wrong with the nearest."""
        attempts = [list(self._node(data, reader, at)) for reader in readers]
        if not all(attempts):
            return
        same_type = [one for one in attempts if (one[0].pointer, one[0].code) != (at, "type")]
        if same_type:
            yield from min(same_type, key=len)
        elif len(readers) == 1:
            yield from attempts[0]
        else:
            yield Finding(at, "type", f"读取方不接受 {describe(data)}")

    def _node(self, data: Schema, reader: Schema, at: str) -> Iterator[Finding]:
        wanted, given = kind(reader), kind(data)
        if wanted is None:
            return
        if given != wanted and not (given == "integer" and wanted == "number"):
            yield Finding(at, "type", f"类型为 {describe(data)}，读取方要求 {describe(reader)}")
            return
        if reader.get("format") not in (None, data.get("format")):
            yield Finding(
                at, "format", f"格式为 {data.get('format')}，读取方要求 {reader['format']}"
            )
        if self.values:
            yield from narrower_values(data, reader, at)
        if wanted == "object":
            yield from self._object(data, reader, at)
        elif wanted == "array":
            yield from self._array(data, reader, at)

    def _object(self, data: Schema, reader: Schema, at: str) -> Iterator[Finding]:
        fields: Mapping[str, Schema] = data.get("properties", {})
        promised, needed = set(data.get("required", ())), set(reader.get("required", ()))
        for name, wanted in reader.get("properties", {}).items():
            place = f"{at}/{name}"
            if name not in fields:
                if name in needed:
                    yield Finding(place, "missing-required-field", "读取方必需的字段不存在")
                elif self.every_field:
                    yield Finding(place, "missing-field", "读取方使用的字段不存在")
                continue
            if name in needed and name not in promised:
                yield Finding(place, "not-promised", "读取方必需的字段并非必有")
            yield from self._compare(fields[name], wanted, place)
        yield from self._further_members(data, reader, at)

    def _further_members(self, data: Schema, reader: Schema, at: str) -> Iterator[Finding]:
        """Members beyond the named fields: dictionaries, and objects closed to what is new."""
        wanted = reader.get("additionalProperties", True)
        given = data.get("additionalProperties", True)
        known = set(reader.get("properties", ()))
        if wanted is False:
            for name in data.get("properties", {}):
                if name not in known:
                    yield Finding(f"{at}/{name}", "closed-object", "读取方不接受其他字段")
            if given is not False and not data.get("properties"):
                yield Finding(at, "closed-object", "读取方不接受其他字段")
        elif isinstance(wanted, dict):
            if isinstance(given, dict):
                yield from self._compare(given, wanted, f"{at}/*")
            elif given is True:
                yield Finding(f"{at}/*", "type", f"其他字段类型不定，读取方要求 {describe(wanted)}")
        if self.values and reader.get("propertyNames", {}) != data.get("propertyNames", {}):
            yield from narrower_values(
                data.get("propertyNames", {}), reader.get("propertyNames", {}), f"{at}/*"
            )

    def _array(self, data: Schema, reader: Schema, at: str) -> Iterator[Finding]:
        firsts, wanted = data.get("prefixItems", []), reader.get("prefixItems", [])
        if len(firsts) != len(wanted):
            yield Finding(at, "tuple", f"有 {len(firsts)} 个定位元素，读取方要求 {len(wanted)} 个")
            return
        for place, (one, other) in enumerate(zip(firsts, wanted, strict=True)):
            yield from self._compare(one, other, f"{at}/{place}")
        if isinstance(reader.get("items"), dict):
            yield from self._compare(data.get("items", {}), reader["items"], f"{at}/[]")


def resolve(schema: Schema, root: Schema) -> Schema:
    """The schema behind a local ``$ref``, with what stands beside the reference on top."""
    while True:
        parts = schema.get("allOf", ())
        if "$ref" in schema:
            target: Any = root
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            beside = {name: value for name, value in schema.items() if name != "$ref"}
        elif len(parts) == 1:
            target = parts[0]
            beside = {name: value for name, value in schema.items() if name != "allOf"}
        else:
            return schema
        schema = {**target, **beside} if beside else target


def kind(schema: Schema) -> str | None:
    """The JSON type that a schema without alternatives admits; None admits anything."""
    if "type" in schema:
        return str(schema["type"])
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    names = {_json_type(value) for value in values}
    if len(names) == 1:
        return names.pop()
    return "object" if "properties" in schema else None


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", dict: "object", list: "array"}
    return names.get(type(value), "null")


def describe(schema: Schema) -> str:
    """The type of a schema in a few words, for people."""
    name = kind(schema) or "任意类型"
    return f"{name}（{schema['format']}）" if "format" in schema else name
