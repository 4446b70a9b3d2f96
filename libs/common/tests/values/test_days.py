"""A day is taken from text only as it is written."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from liandong.values.days import IsoDay

DAY: TypeAdapter[date] = TypeAdapter(IsoDay)


def test_a_written_day_is_read() -> None:
    assert DAY.validate_python("2028-02-29") == date(2028, 2, 29)
    assert DAY.validate_python(date(2026, 3, 2)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "text", ["0", "1700000000", "2026-3-2", "20260302", "2026-03-02T00:00:00", "", "2026-02-29"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(text)
