"""Which changes of a published event break a reader, one sentence each."""

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from liandong.contracts.compatibility import breaking_changes, changes_in_place, meaning

Schema = dict[str, Any]


def an_object(required: tuple[str, ...] = ("id",), **fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"id": {"type": "string", "format": "uuid"}, **fields},
        "required": list(required),
    }


TEXT: Schema = {"type": "string"}
OPTIONAL_TEXT: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}


def codes(old: Schema, new: Schema) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in breaking_changes(old, new)]


def one_field(old: Schema, new: Schema) -> list[tuple[str, str]]:
    return codes(an_object(field=old), an_object(field=new))


def test_the_same_schema_breaks_nothing() -> None:
    assert codes(an_object(field=TEXT), an_object(field=TEXT)) == []


def test_a_new_optional_field_breaks_nothing() -> None:
    assert codes(an_object(), an_object(field=OPTIONAL_TEXT)) == []


def test_a_new_required_field_breaks_today_s_reader_of_old_events() -> None:
    found = codes(an_object(), an_object(("id", "field"), field=TEXT))
    assert found == [("/field", "missing-required-field")]


def test_a_removed_field_breaks_whoever_reads_it() -> None:
    assert codes(an_object(field=TEXT), an_object()) == [("/field", "removed-field")]


def test_a_removed_required_field_breaks_whoever_reads_it() -> None:
    old = an_object(("id", "field"), field=TEXT)
    assert codes(old, an_object()) == [("/field", "removed-field")]


def test_a_renamed_required_field_is_one_removed_and_one_new_required() -> None:
    old, new = an_object(("id", "a"), a=TEXT), an_object(("id", "b"), b=TEXT)
    assert codes(old, new) == [("/a", "removed-field"), ("/b", "missing-required-field")]


def test_a_renamed_optional_field_is_a_removed_one() -> None:
    assert codes(an_object(a=TEXT), an_object(b=TEXT)) == [("/a", "removed-field")]


def test_an_optional_field_that_becomes_required_breaks_reading_old_events() -> None:
    old, new = an_object(field=TEXT), an_object(("id", "field"), field=TEXT)
    assert codes(old, new) == [("/field", "not-promised")]


def test_a_required_field_that_becomes_optional_is_no_longer_promised() -> None:
    old, new = an_object(("id", "field"), field=TEXT), an_object(field=TEXT)
    assert codes(old, new) == [("/field", "no-longer-required")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("string", "integer"),
        ("integer", "string"),
        ("integer", "number"),
        ("number", "integer"),
        ("boolean", "string"),
        ("array", "object"),
        ("string", "array"),
    ],
)
def test_a_changed_type_breaks(old: str, new: str) -> None:
    assert one_field({"type": old}, {"type": new}) == [("/field", "type")]


def test_a_type_that_becomes_anything_breaks_and_so_does_the_reverse() -> None:
    assert one_field(TEXT, {}) == [("/field", "type")]
    assert one_field({}, TEXT) == [("/field", "type")]


@pytest.mark.parametrize(
    ("old", "new"), [("uuid", "date"), (None, "uuid"), ("uuid", None), ("date", "date-time")]
)
def test_a_changed_format_breaks(old: str | None, new: str | None) -> None:
    def text(form: str | None) -> Schema:
        return TEXT if form is None else TEXT | {"format": form}

    assert one_field(text(old), text(new)) == [("/field", "format")]


def test_a_field_that_may_be_null_from_now_on_breaks_old_readers() -> None:
    assert one_field(TEXT, OPTIONAL_TEXT) == [("/field", "type")]


def test_a_field_that_may_not_be_null_any_more_breaks_reading_old_events() -> None:
    assert one_field(OPTIONAL_TEXT, TEXT) == [("/field", "type")]


def test_null_written_as_a_list_of_types_is_the_same_as_any_of() -> None:
    assert one_field({"type": ["string", "null"]}, OPTIONAL_TEXT) == []


def test_the_order_of_alternatives_does_not_matter() -> None:
    turned = {"anyOf": [{"type": "null"}, {"type": "string"}]}
    assert one_field(OPTIONAL_TEXT, turned) == []


def test_a_changed_type_beside_null_breaks() -> None:
    number = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert one_field(OPTIONAL_TEXT, number) == [("/field", "type")]


def test_a_changed_format_beside_null_is_named_as_such() -> None:
    def dated(form: str) -> Schema:
        return {"anyOf": [TEXT | {"format": form}, {"type": "null"}]}

    assert one_field(dated("date"), dated("date-time")) == [("/field", "format")]


def test_a_further_alternative_breaks_old_readers() -> None:
    wider = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}
    assert one_field(OPTIONAL_TEXT, wider) == [("/field", "type")]


def test_changes_inside_a_nested_object_are_found_at_their_place() -> None:
    old = an_object(inner={"type": "object", "properties": {"a": TEXT}, "required": ["a"]})
    new = an_object(inner={"type": "object", "properties": {"b": TEXT}})
    assert codes(old, new) == [("/inner/a", "removed-field")]


def test_changes_behind_a_reference_are_found() -> None:
    def referring(inner: Schema) -> Schema:
        return an_object(inner={"$ref": "#/$defs/Inner"}) | {"$defs": {"Inner": inner}}

    old = referring({"type": "object", "properties": {"a": TEXT}})
    new = referring({"type": "object", "properties": {"a": {"type": "integer"}}})
    assert codes(old, new) == [("/inner/a", "type")]


def test_a_model_moved_from_inline_to_a_reference_breaks_nothing() -> None:
    inner: Schema = {"type": "object", "properties": {"a": TEXT}}
    moved = an_object(inner={"$ref": "#/$defs/X", "description": "d"}) | {"$defs": {"X": inner}}
    assert codes(an_object(inner=inner), moved) == []


def test_elements_of_a_list_are_compared() -> None:
    def listed(items: Schema) -> Schema:
        return {"type": "array", "items": items}

    assert one_field(listed(TEXT), listed({"type": "integer"})) == [("/field/[]", "type")]
    inner_old = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    inner_new = {"type": "object", "properties": {"a": TEXT}}
    assert one_field(listed(inner_old), listed(inner_new)) == [("/field/[]/b", "removed-field")]


def test_lengths_and_uniqueness_of_lists_may_not_narrow() -> None:
    plain = {"type": "array", "items": TEXT}
    assert one_field(plain, plain | {"minItems": 1}) == [("/field", "narrowed-minItems")]
    assert one_field(plain, plain | {"uniqueItems": True}) == [("/field", "narrowed-uniqueItems")]
    assert one_field(plain | {"maxItems": 3}, plain) == []


def test_a_tuple_keeps_its_places() -> None:
    pair = {"type": "array", "prefixItems": [TEXT, {"type": "integer"}]}
    turned = {"type": "array", "prefixItems": [{"type": "integer"}, TEXT]}
    longer = {"type": "array", "prefixItems": [TEXT, {"type": "integer"}, TEXT]}
    assert one_field(pair, turned) == [("/field/0", "type"), ("/field/1", "type")]
    assert one_field(pair, longer) == [("/field", "tuple")]


def test_values_of_a_dictionary_are_compared() -> None:
    def mapped(value: Schema) -> Schema:
        return {"type": "object", "additionalProperties": value}

    assert one_field(mapped(TEXT), mapped({"type": "integer"})) == [("/field/*", "type")]
    assert one_field(mapped(TEXT), mapped(TEXT)) == []


def test_an_object_that_refuses_what_it_does_not_know_breaks() -> None:
    inner: Schema = {"type": "object", "properties": {"a": TEXT}}
    closed = inner | {"additionalProperties": False}
    grown = {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "additionalProperties": False}
    assert one_field(closed, grown) == [("/field/b", "closed-object")]


def test_nested_lists_of_optional_objects_are_followed_to_the_end() -> None:
    def deep(leaf: Schema) -> Schema:
        inner = {"type": "object", "properties": {"leaf": leaf}}
        return {"anyOf": [{"type": "array", "items": inner}, {"type": "null"}]}

    assert one_field(deep(TEXT), deep({"type": "boolean"})) == [("/field/[]/leaf", "type")]


def test_a_model_that_contains_itself_ends() -> None:
    def tree(leaf: Schema) -> Schema:
        node = {
            "type": "object",
            "properties": {
                "leaf": leaf,
                "below": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                "beside": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            },
        }
        return an_object(root={"$ref": "#/$defs/Node"}) | {"$defs": {"Node": node}}

    assert codes(tree(TEXT), tree(TEXT)) == []
    assert ("/root/leaf", "type") in codes(tree(TEXT), tree({"type": "integer"}))


def test_a_changed_key_breaks_the_order_of_events() -> None:
    def keyed(key: str) -> Schema:
        return an_object() | {"x-liandong": {"type": "t", "topic": "p", "key": key}}

    assert codes(keyed("a_id"), keyed("b_id")) == [("/x-liandong/key", "changed-envelope")]


def test_descriptions_may_change_in_place() -> None:
    old = an_object(field=TEXT | {"description": "old", "title": "Old"})
    new = an_object(field=TEXT | {"description": "new"}) | {"title": "New", "description": "d"}
    assert changes_in_place(old, new) == []


def test_a_field_named_like_a_keyword_is_a_field() -> None:
    old = an_object(title=TEXT, description=TEXT)
    assert codes(old, an_object(description=TEXT)) == [("/title", "removed-field")]
    assert meaning(old) != meaning(an_object(description=TEXT))


@pytest.mark.parametrize(
    "new",
    [
        an_object(field=TEXT | {"enum": ["a"]}, more=TEXT),
        an_object(field=TEXT | {"enum": ["a", "b"]}),
        an_object(field=TEXT | {"enum": ["a"], "default": "a"}),
    ],
)
def test_even_a_harmless_addition_needs_a_new_version(new: Schema) -> None:
    old = an_object(field=TEXT | {"enum": ["a"]})
    assert breaking_changes(old, new) == []
    assert [one.code for one in changes_in_place(old, new)] == ["changed-in-place"]


def test_findings_are_sentences_for_people_with_codes_for_programs() -> None:
    (finding,) = breaking_changes(an_object(field=TEXT), an_object())
    assert str(finding) == "/field：已发布的字段被删除或改名（removed-field）"


class Part(BaseModel):
    kind: Literal["a", "b"]
    amount_fen: int = Field(ge=0)


class Whole(BaseModel):
    whole_id: UUID
    parts: list[Part]
    spare: Part | None = None


def _changed(change: Callable[[Schema], object]) -> list[tuple[str, str]]:
    new = Whole.model_json_schema()
    change(new)
    return codes(Whole.model_json_schema(), new)


def test_what_pydantic_writes_is_understood() -> None:
    part = "$defs"
    assert _changed(lambda _: None) == []
    assert _changed(lambda new: new["properties"].pop("spare")) == [("/spare", "removed-field")]
    narrowed = _changed(
        lambda new: new[part]["Part"]["properties"].update(kind={"const": "a", "type": "string"})
    )
    assert narrowed == [("/parts/[]/kind", "narrowed-enum"), ("/spare/kind", "narrowed-enum")]
