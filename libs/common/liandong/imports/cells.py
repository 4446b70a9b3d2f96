"""Cells as clerks write them: days, amounts and numbers in the forms found in ledgers."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from liandong.values.days import IsoDay
from liandong.values.money import yuan

_DAY: Final = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?",
    re.ASCII,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TEN_THOUSANDS: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*万\s*元?", re.ASCII)
"""So many digits are multiplied exactly."""
_COUNT: Final = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\s*(?:人|个|家|名)?", re.ASCII)


def day_in(value: Any) -> Any:
    """2019-05-06, 2019/5/6, 2019.5.6, 2019年5月6日 and 20190506, in half or full width.

    Raises ValueError for all else: the days that Excel counts as numbers begin four years apart
    in two kinds of workbook, and no guess is made.
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).strip()
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None and text.isdecimal():
        raise ValueError(f"“{text}”可能是Excel的日期序号，请将该列设为日期格式")
    try:
        if found is not None:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise ValueError("应为日期，例如2026-03-01或2026年3月1日")


def fen_in(value: Any) -> Any:
    """An amount in 元 or 万元, as 分. Raises ValueError for what is finer than 1 分."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).replace(",", "").strip()
    large = _TEN_THOUSANDS.fullmatch(text)
    return yuan(Decimal(large[1]) * 10_000) if large else yuan(text)


def count_in(value: Any) -> Any:
    """A number with thousands separators or a measure word, such as 1,200人; all else as it is."""
    if not isinstance(value, str):
        return value
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", value).strip())
    return int(found[1].replace(",", "")) if found else value


SheetDay = Annotated[IsoDay, BeforeValidator(day_in)]
