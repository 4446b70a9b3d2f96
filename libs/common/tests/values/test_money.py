import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from liandong.values.money import MAX_FEN, Fen, format_yuan, yuan

FIELD = TypeAdapter[int](Fen)


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        (0, 0),
        (45_600_000, 4_560_000_000),
        ("0.01", 1),
        ("0.1", 10),
        ("1.50", 150),
        ("1.500", 150),
        ("45,600,000.00", 4_560_000_000),
        (" 45,600,000 元", 4_560_000_000),
        ("￥1，234．5", 123_450),
        (Decimal("2140000"), 214_000_000),
        (Decimal("1E+6"), 100_000_000),
        (Decimal("0E+999999"), 0),
        (Decimal("0.070"), 7),
        (Decimal("0E-99"), 0),
        ("10000000000000", MAX_FEN),
    ],
)
def test_an_amount_in_yuan_becomes_exact_fen(amount: int | str | Decimal, fen: int) -> None:
    assert yuan(amount) == fen


@pytest.mark.parametrize(
    "amount",
    [
        "0.001",
        "1.005",
        Decimal("0.0100000000000000000000000000000000001"),
        Decimal("1E-999999"),
    ],
)
def test_a_fraction_of_a_fen_is_never_rounded_away(amount: str | Decimal) -> None:
    with pytest.raises(ValueError, match="精确到分"):
        yuan(amount)


@pytest.mark.parametrize("amount", ["", "元", "-1", "1,23", "1e3", "1.", "一百", "1 000", "1,0000"])
def test_text_that_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="金额格式不正确"):
        yuan(amount)


@pytest.mark.parametrize("amount", [-1, 10**13 + 1, Decimal("-0.01"), Decimal("1E+999999")])
def test_an_amount_out_of_range_is_refused(amount: int | Decimal) -> None:
    with pytest.raises(ValueError, match="10万亿"):
        yuan(amount)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")])
def test_a_decimal_that_is_no_number_is_refused(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="金额"):
        yuan(amount)


@pytest.mark.parametrize("amount", [1.0, True, None])
def test_floats_and_booleans_are_refused(amount: Any) -> None:
    with pytest.raises(ValueError, match="不得为浮点数"):
        yuan(amount)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (4_560_000_000, "45,600,000.00 元"),
        (0, "0.00 元"),
        (5, "0.05 元"),
        (-150, "-1.50 元"),
        (MAX_FEN, "10,000,000,000,000.00 元"),
    ],
)
def test_fen_are_written_as_people_read_them(fen: int, text: str) -> None:
    assert format_yuan(fen) == text


@pytest.mark.parametrize("value", [0, 1, MAX_FEN])
def test_the_field_type_takes_whole_fen(value: int) -> None:
    assert FIELD.validate_json(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["1.0", "1.5", "true", '"1"', "-1", str(MAX_FEN + 1), "null"])
def test_the_field_type_refuses_everything_else(text: str) -> None:
    with pytest.raises(ValidationError):
        FIELD.validate_json(text)


def test_the_json_schema_names_the_unit() -> None:
    schema = FIELD.json_schema()
    assert "分" in schema["description"]
    assert (schema["minimum"], schema["maximum"]) == (0, MAX_FEN)
