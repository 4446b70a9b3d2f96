"""How personal data is shown to those who need not see it (个人信息保护法 art. 6, 51, 73).

For answers, exports and logs. When a value is too short to keep anything safely, all of it is
hidden. Empty text stays empty. None of these raise.
"""

import re
import unicodedata
from typing import Final

_HIDDEN: Final = "****"
_NAME: Final = "[^省市县区街路号]{1,10}?"
_CITY: Final = rf"{_NAME}(?:市|自治州|地区|盟)"
_COUNTY: Final = rf"{_NAME}(?:(?<![社小园])区|县|市|旗)"
_AREA: Final = rf"(?:{_NAME}(?:省|自治区)(?:{_CITY})?(?:{_COUNTY})?|{_CITY}(?:{_COUNTY})?)"
_LEVELS: Final = (
    re.compile(rf"(?:{_AREA})?+.{{1,8}}?(?:街道|镇|乡|苏木)"),
    re.compile(rf"(?:{_AREA})?+.{{1,10}}?(?:大道|大街|[路街巷])"),
    re.compile(_AREA),
)


def mask_mobile(number: str) -> str:
    """``13812341234`` → ``138****1234``; a leading +86 is dropped, of others the last 4 remain."""
    digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", number)))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return digits[:3] + _HIDDEN + digits[-4:]
    return _tail(digits or number, 4)


def mask_id_number(number: str) -> str:
    """The first 4 and the last 2 signs remain: ``3401************12``."""
    number = number.strip()
    if len(number) < 12:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 6) + number[-2:]


def mask_name(name: str) -> str:
    """``张三丰`` → ``张*``; the number of stars does not tell the length."""
    name = name.strip()
    return name[:1] + "*" if len(name) > 1 else "*" * len(name)


def mask_bank_account(number: str) -> str:
    """The last 4 digits remain: ``****6789``."""
    return _tail("".join(number.split()), 4)


def mask_address(address: str) -> str:
    """To the street level: up to 街道, 镇 or 乡, else the road, else the county.

    ``安徽省合肥市庐阳区逍遥津街道寿春路1号`` → ``安徽省合肥市庐阳区逍遥津街道****``.
    """
    address = address.strip()
    if not address:
        return ""
    for level in _LEVELS:
        if kept := level.match(address):
            return kept[0] + _HIDDEN
    return _HIDDEN


def mask_email(address: str) -> str:
    """The first letter and the domain remain: ``z***@example.cn``."""
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return "***" if domain else ""
    return f"{local[:1]}***@{domain}" if len(local) > 1 else f"***@{domain}"


def _tail(text: str, keep: int) -> str:
    """Shows the end only of what is at least twice as long."""
    if not text:
        return ""
    return _HIDDEN + text[-keep:] if len(text) >= 2 * keep else _HIDDEN
