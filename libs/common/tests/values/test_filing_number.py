import pytest
from pydantic import TypeAdapter, ValidationError

from liandong.values import filing_number
from liandong.values.filing_number import FilingNumber, FilingNumberParts, InvalidFilingNumber

NUMBER = "BA-340103001001-2019-0001"
FIELD = TypeAdapter[str](FilingNumber)


def test_a_number_comes_apart_into_region_year_and_serial() -> None:
    assert filing_number.parse(NUMBER) == FilingNumberParts("340103001001", 2019, 1)


@pytest.mark.parametrize(
    ("serial", "end"), [(1, "0001"), (9999, "9999"), (10000, "10000"), (123456, "123456")]
)
def test_the_serial_has_four_digits_or_more(serial: int, end: str) -> None:
    number = filing_number.format_number("340103001001", 2019, serial)
    assert number == f"BA-340103001001-2019-{end}"
    assert filing_number.parse(number).serial == serial


def test_full_width_lower_case_and_spaced_text_is_normalised() -> None:
    assert FIELD.validate_python(" ｂａ－340103001001－２０１９-0001 ") == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "340103001001-2019-0001",
        "BA-340103001-2019-0001",
        "BA-340103001001-19-0001",
        "BA-340103001001-2019-001",
        "BA-340103001001-2019-00001",
        "BA-340103001001-2019-0000",
        "BA-340103001001-1819-0001",
        "BA-340103001001-2019-0001-1",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilingNumber):
        filing_number.parse(text)


def test_the_region_must_lie_in_a_known_county() -> None:
    with pytest.raises(InvalidFilingNumber, match="没有代码为340199的行政区划"):
        filing_number.parse("BA-340199001001-2019-0001")


@pytest.mark.parametrize(
    ("region", "year", "serial"),
    [("340103", 2019, 1), ("340103001001", 19, 1), ("340103001001", 2019, 0)],
)
def test_a_wrong_part_is_not_put_into_a_number(region: str, year: int, serial: int) -> None:
    with pytest.raises(InvalidFilingNumber):
        filing_number.format_number(region, year, serial)


def test_the_field_type_explains_in_chinese() -> None:
    with pytest.raises(ValidationError) as refused:
        FIELD.validate_python("BA-1")
    (error,) = refused.value.errors()
    assert error["type"] == "filing-number"
    assert error["msg"].startswith("备案编号格式应为")


def test_the_json_schema_has_the_pattern() -> None:
    assert FIELD.json_schema()["pattern"] == filing_number.PATTERN
    assert FIELD.json_schema()["description"]
