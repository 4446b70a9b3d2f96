"""公民身份号码: the identity number of a resident (GB 11643-1999)."""

import unicodedata
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field

_WEIGHTS: Final = [pow(2, 17 - i, 11) for i in range(17)]
_CHECKS: Final = "10X98765432"


def check_character(first_17: str) -> str:
    """The last character, from the seventeen digits before it (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def normalize_id_number(text: str) -> str:
    """Half-width, no blanks, the check character in upper case.

    Raises ValueError with a Chinese sentence that repeats nothing of the number.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    digits, last = number[:17], number[17:]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("公民身份号码应为18位，前17位为数字")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("公民身份号码中的出生日期有误") from None
    if last != check_character(digits):
        raise ValueError("公民身份号码的校验码有误")
    return number


IdNumber = Annotated[
    str,
    AfterValidator(normalize_id_number),
    Field(max_length=40, description="公民身份号码", examples=["11010519491231002X"]),
]
