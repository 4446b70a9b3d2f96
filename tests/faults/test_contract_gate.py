"""A producer tries to change what it has published: the gate of the contracts refuses."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liandong.contracts import __main__ as command
from liandong.contracts.tree import Files, published, review

Schema = dict[str, Any]
Change = tuple[str, Schema]
"""What was done, and the schema after it."""

CONTRACTS = Path(__file__).parents[2] / "contracts"
RELEASED = {name: text for name, text in published(CONTRACTS).items() if name.startswith("events/")}
OPTIONAL: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
OTHER_TYPE = {
    "string": "integer",
    "integer": "string",
    "boolean": "string",
    "array": "string",
    "object": "string",
}


def changed(schema: Schema, what: str, /, **properties: Schema | None) -> Change:
    """The schema with other properties; None takes one away."""
    found = copy.deepcopy(schema)
    for name, value in properties.items():
        if value is None:
            del found["properties"][name]
            found["required"] = [one for one in found["required"] if one != name]
        else:
            found["properties"][name] = value
    return what, found


def breaking(schema: Schema, known: set[str] | None) -> Iterator[Change]:
    """What must never be done to a published event, in this place or as a later version.

    A field like one of ``known``, whatever it is called and explained, is left out.
    """
    for name, given in schema["properties"].items():
        if known is not None and _is_known(schema, name, known):
            continue
        yield changed(schema, f"{name} removed", **{name: None})
        what, renamed = changed(schema, f"{name} renamed", **{name: None, f"{name}_2": given})
        if name in schema["required"]:
            renamed["required"].append(f"{name}_2")
        yield what, renamed
        if name in schema["required"]:
            what, loose = changed(schema, f"{name} no longer promised")
            loose["required"].remove(name)
            yield what, loose
            nullable = {"anyOf": [given, {"type": "null"}]}
            yield changed(schema, f"{name} may be null", **{name: nullable})
        else:
            what, strict = changed(schema, f"{name} required")
            yield what, strict | {"required": [*strict["required"], name]}
        yield from _of_values(schema, name, given)
    what, added = changed(schema, "a new required field", brand_new={"type": "string"})
    yield what, added | {"required": [*added["required"], "brand_new"]}
    for fact in ("type", "topic", "key", "subject_field"):
        what, moved = changed(schema, f"another {fact}")
        moved["x-liandong"][fact] = "something-else"
        yield what, moved


def _is_known(schema: Schema, name: str, known: set[str]) -> bool:
    given = {**schema["properties"][name], "$defs": schema.get("$defs")}
    words = ("title", "description")
    told = json.dumps(
        [name in schema["required"], {key: given[key] for key in given if key not in words}],
        sort_keys=True,
    )
    if told in known:
        return True
    known.add(told)
    return False


def _of_values(schema: Schema, name: str, given: Schema) -> Iterator[Change]:
    """Another type or format, and values that were allowed and are no more."""
    branches = given.get("anyOf", [given])
    one = next(branch for branch in branches if branch.get("type") != "null")
    if "$ref" in one:
        one = schema["$defs"][one["$ref"].rpartition("/")[2]]

    def put(what: str, value: Schema) -> Change:
        rest = {"anyOf": [value, {"type": "null"}]} if "anyOf" in given else value
        kept = {"default": given["default"]} if "default" in given else {}
        return changed(schema, f"{name} {what}", **{name: rest | kept})

    yield put("of another type", {"type": OTHER_TYPE[one["type"]]})
    if "anyOf" in given:
        yield changed(schema, f"{name} never null", **{name: one})
    if one["type"] == "string":
        yield put("of another format", {**one, "format": "ipv4"})
        yield put("with another pattern", {**one, "pattern": "^x$"})
        yield put("cut short", {**one, "maxLength": 1})
        yield put("one of two", {**one, "enum": ["one", "two"]})
        if "format" in one:
            yield put("of no format", {key: one[key] for key in one if key != "format"})
    if one["type"] == "integer":
        yield put("at least a million", {**one, "minimum": 1_000_000})
    if one["type"] == "array":
        yield put("of other elements", {**one, "items": {"type": "integer"}})
    if "enum" in one:
        yield put("without a value", {**one, "enum": one["enum"][1:]})


def harmless(schema: Schema) -> Iterator[Change]:
    """What a later version may do."""
    yield changed(schema, "a new optional field", brand_new=OPTIONAL)
    what, two = changed(schema, "two new optional fields", brand_new=OPTIONAL)
    two["properties"]["another"] = {"type": "integer", "default": 0}
    yield what, two
    yield from words_only(schema)


def words_only(schema: Schema) -> Iterator[Change]:
    """What may be done to a published version in its place."""
    yield "another description", copy.deepcopy(schema) | {"description": "换一种说法"}
    what, told = changed(schema, "a field explained")
    next(iter(told["properties"].values()))["description"] = "说明"
    yield what, told
    what, turned = changed(schema, "fields in another order")
    turned["properties"] = dict(reversed(turned["properties"].items()))
    yield what, turned | {"required": turned["required"][::-1]}


def in_place(name: str, schema: Schema) -> Files:
    return {name: json.dumps(schema)}


def as_later_version(name: str, schema: Schema) -> Files:
    version = json.loads(RELEASED[name])["x-liandong"]["version"]
    later = copy.deepcopy(schema)
    later["x-liandong"]["version"] = version + 1
    return {name.replace(f".v{version}.", f".v{version + 1}."): json.dumps(later)}


@pytest.fixture
def refused(tmp_path):
    """Judges as ``liandong.contracts check`` does, where one event was released."""

    def judge(files: Files, name: str) -> bool:
        folder = tmp_path / Path(name).stem
        if not folder.exists():
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(RELEASED[name], encoding="utf-8")
        return name in review(folder, files | {"asyncapi.yaml": ""}).breaking

    return judge


SCENARIO = pytest.mark.scenario(
    28, "producer tries a breaking schema change", "the compatibility gate refuses it"
)


@SCENARIO
def test_every_breaking_change_of_a_released_event_is_refused(campaign, refused):
    """In the campaign of every field; else of one field of each kind, and of every event."""
    tried: list[str] = []
    known: set[str] | None = None if campaign.long else set()
    for _ in campaign.rounds(1):
        for name, text in RELEASED.items():
            for what, schema in breaking(json.loads(text), known):
                tried.append(f"{name}: {what}")
                assert refused(in_place(name, schema), name), tried[-1]
                assert refused(as_later_version(name, schema), name), tried[-1]
    assert len(tried) > campaign.scale(5, 10) * len(RELEASED) > 200
    assert known is None or len(known) > 20


@SCENARIO
def test_a_harmless_change_passes_as_a_later_version_and_only_words_in_place(campaign, refused):
    for _ in campaign.rounds(1):
        for name, text in RELEASED.items():
            schema = json.loads(text)
            for what, mended in harmless(schema):
                assert not refused(as_later_version(name, mended), name), f"{name}: {what}"
            for what, worded in words_only(schema):
                assert not refused(in_place(name, worded), name), f"{name}: {what}"
            _, grown = next(harmless(schema))
            assert refused(in_place(name, grown), name), f"{name}: grown in its place"


@SCENARIO
def test_a_released_event_cannot_be_withdrawn(campaign):
    for _ in campaign.rounds(1):
        for name in RELEASED:
            others = {one: text for one, text in RELEASED.items() if one != name}
            assert name in review(CONTRACTS, others | {"asyncapi.yaml": ""}).breaking


@SCENARIO
def test_the_command_of_the_build_ends_with_a_failure_and_writes_nothing(
    campaign, tmp_path, capsys
):
    """The real code against a folder that promises one field more than it writes."""
    for _ in campaign.rounds(1):
        for name, text in published(CONTRACTS).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        only = ["--folder", str(tmp_path), "--service", "credit-list"]
        assert command.main(["check", *only]) == 0
        name = next(one for one in RELEASED if one.startswith("events/credit-list/"))
        file = tmp_path / name
        schema = json.loads(file.read_text(encoding="utf-8"))
        schema["properties"]["promised"] = {"type": "string"}
        schema["required"].append("promised")
        file.write_text(json.dumps(schema), encoding="utf-8")
        before = file.read_bytes()
        for mode in ("check", "write"):
            assert command.main([mode, *only]) == 1
            assert f"不兼容：{name} /promised" in capsys.readouterr().err
        assert file.read_bytes() == before
