"""备案编号 ``BA-<region>-<year>-<serial>`` of community organisations filed, not registered.

They have no legal personality and so no credit code; the platform numbers them. The region is the
12-digit code of the street or community (GB/T 10114), the serial has at least four digits.
"""

import re
import unicodedata
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, WithJsonSchema

from liandong.values.districts import UnknownDistrict, districts
from liandong.values.validation import explained

PATTERN: Final = r"^BA-[0-9]{12}-(?:19|20)[0-9]{2}-(?:[0-9]{4}|[1-9][0-9]{4,8})$"
_FORM: Final = re.compile(PATTERN, re.ASCII)


class InvalidFilingNumber(ValueError):
    """The text is not a filing number; ``str()`` is a Chinese sentence."""


class FilingNumberParts(NamedTuple):
    region: str
    year: int
    serial: int


def normalize(text: str) -> str:
    """Half-width, upper case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def parse(text: str) -> FilingNumberParts:
    """Takes a filing number apart; the year is the year of filing, the serial counts from 1.

    Raises InvalidFilingNumber. The region's county must be known (now or formerly).
    """
    number = normalize(text)
    if not _FORM.fullmatch(number):
        raise InvalidFilingNumber(
            "备案编号格式应为BA-12位区划代码-4位年份-4位以上序号，例如BA-340103001001-2019-0001"
        )
    _, region, year, serial = number.split("-")
    if int(serial) == 0:
        raise InvalidFilingNumber("备案编号的序号从0001开始")
    try:
        districts().check(region)
    except UnknownDistrict as unknown:
        raise InvalidFilingNumber(f"备案编号中的区划代码有误：{unknown}") from None
    return FilingNumberParts(region, int(year), int(serial))


def format_number(region: str, year: int, serial: int) -> str:
    """The filing number of a 12-digit region, a year and a serial; raises InvalidFilingNumber."""
    number = f"BA-{region}-{year:04d}-{serial:04d}"
    parse(number)
    return number


def _canonical(text: str) -> str:
    return format_number(*parse(text))


FilingNumber = Annotated[
    str,
    AfterValidator(explained(_canonical, "filing-number")),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": PATTERN,
            "description": "社区社会组织备案编号：BA-12位区划代码-年份-序号（至少4位）",
            "examples": ["BA-340103001001-2019-0001"],
        }
    ),
]
"""A valid filing number; full-width, lower-case and spaced input is normalised."""
