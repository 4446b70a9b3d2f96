"""Cells as clerks write them. Pure."""

from datetime import date
from typing import Any

import pytest

from liandong.imports.cells import count_in, day_in, fen_in


@pytest.mark.parametrize(
    "written",
    [
        "2019-05-06", "2019/5/6", "2019.5.6", "2019年5月6日", "2019 年 5 月 6 日", "20190506",
        "２０１９年５月６日", "２０１９．５．６", " 2019-05-06 ", "2019-05-06T00:00:00",
        "2019-05-06 00:00",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_form(written: str) -> None:
    assert day_in(written) == date(2019, 5, 6)


@pytest.mark.parametrize(
    "written", ["2019-02-30", "20190230", "19-5-6", "5月6日", "2019-05-06 09:30", "待定", ""]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="应为日期，例如"):
        day_in(written)


@pytest.mark.parametrize("written", ["43591", "86400", "0", "４３５９１", "2019"])
def test_a_day_that_excel_counts_is_not_guessed(written: str) -> None:
    with pytest.raises(ValueError, match="可能是Excel的日期序号"):
        day_in(written)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("30000", 3_000_000), ("30,000.50", 3_000_050), ("3万元", 3_000_000), ("3.5万", 3_500_000),
        ("￥３０，０００元", 3_000_000), ("0", 0), ("0.0001万元", 100),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_yuan_or_ten_thousands(written: str, fen: int) -> None:
    assert fen_in(written) == fen


@pytest.mark.parametrize(
    "written", ["三万元", "-1", "0.001", "1e5", "3万5千", "0.0000001万", f"1.{'0' * 30}1万"]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="金额"):
        fen_in(written)


@pytest.mark.parametrize(
    ("written", "number"), [("12", 12), ("1,200人", 1200), ("３０", 30), ("5 家", 5)]
)
def test_a_number_may_have_a_measure_word(written: str, number: int) -> None:
    assert count_in(written) == number


@pytest.mark.parametrize("written", ["12.5", "约50人", "1,20", "-3"])
def test_what_is_no_number_is_passed_on(written: str) -> None:
    assert count_in(written) == written


@pytest.mark.parametrize("value", [None, 5, date(2019, 5, 6)])
def test_what_is_no_text_is_left_alone(value: Any) -> None:
    assert day_in(value) == fen_in(value) == count_in(value) == value
