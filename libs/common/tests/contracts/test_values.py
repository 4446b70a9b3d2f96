"""Which values of a published field may change: only towards more."""

from typing import Any

import pytest

from liandong.contracts.compatibility import breaking_changes

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


def one_field(old: Schema, new: Schema) -> list[tuple[str, str]]:
    """Pointers and codes of what breaks when a field changes so."""
    return [
        (one.pointer, one.code)
        for one in breaking_changes(
            {"type": "object", "properties": {"field": old}},
            {"type": "object", "properties": {"field": new}},
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "narrowed-enum"),
        ({}, {"enum": ["a"]}, "narrowed-enum"),
        ({"enum": ["a", "b"]}, {"const": "a"}, "narrowed-enum"),
        ({"const": "a"}, {"const": "b"}, "narrowed-enum"),
        ({}, {"pattern": "^a"}, "narrowed-pattern"),
        ({"pattern": "^a"}, {"pattern": "^ab"}, "narrowed-pattern"),
        ({}, {"minLength": 1}, "narrowed-minLength"),
        ({"minLength": 1}, {"minLength": 2}, "narrowed-minLength"),
        ({}, {"maxLength": 9}, "narrowed-maxLength"),
        ({"maxLength": 9}, {"maxLength": 8}, "narrowed-maxLength"),
    ],
)
def test_narrowed_texts_break(old: Schema, new: Schema, code: str) -> None:
    assert one_field(TEXT | old, TEXT | new) == [("/field", code)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"enum": ["a"]}, {}),
        ({"const": "a"}, {"enum": ["b", "a"]}),
        ({"pattern": "^a"}, {}),
        ({"minLength": 2}, {"minLength": 1}),
        ({}, {"minLength": 0}),
        ({"maxLength": 8}, {"maxLength": 9}),
    ],
)
def test_widened_texts_are_a_new_version_and_break_nothing(old: Schema, new: Schema) -> None:
    assert one_field(TEXT | old, TEXT | new) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ({}, {"minimum": 0}, "narrowed-minimum"),
        ({"minimum": 0}, {"minimum": 1}, "narrowed-minimum"),
        ({"minimum": 0}, {"exclusiveMinimum": 0}, "narrowed-exclusiveMinimum"),
        ({"maximum": 9}, {"maximum": 8}, "narrowed-maximum"),
        ({"maximum": 9}, {"exclusiveMaximum": 9}, "narrowed-exclusiveMaximum"),
        ({}, {"multipleOf": 5}, "narrowed-multipleOf"),
        ({"multipleOf": 5}, {"multipleOf": 10}, "narrowed-multipleOf"),
    ],
)
def test_narrowed_numbers_break(old: Schema, new: Schema, code: str) -> None:
    number = {"type": "integer"}
    assert one_field(number | old, number | new) == [("/field", code)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"minimum": 1}, {"minimum": 0}),
        ({"minimum": 1}, {"exclusiveMinimum": 0}),
        ({"exclusiveMinimum": 0}, {"minimum": 0}),
        ({"maximum": 8}, {"maximum": 9}),
        ({"multipleOf": 10}, {"multipleOf": 5}),
    ],
)
def test_widened_numbers_break_nothing(old: Schema, new: Schema) -> None:
    number = {"type": "integer"}
    assert one_field(number | old, number | new) == []
