"""统一社会信用代码 (GB 32100-2015) with the organisation code inside it (GB 11714-1997).

Eighteen signs: department, class, six digits of the issuing authority's district at the time of
issue, nine signs of organisation code, check sign. The code is for life: it is never changed when
a district is renamed, so its district is not looked up here.
"""

import re
import unicodedata
from functools import lru_cache
from operator import mul
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, WithJsonSchema
from stdnum.cn import uscc

from liandong.values.validation import explained

Reason = Literal[
    "length", "alphabet", "check-digit", "organisation-code-check", "not-social-organization"
]
SocialOrganizationKind = Literal["association", "service_institution", "foundation"]

PATTERN: Final = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
SOCIAL_ORGANIZATION_PATTERN: Final = r"^5[123][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
SYNTHETIC_PREFIX: Final = "XN"
"""Invented subjects begin so (虚拟, xūnǐ); civil-affairs bodies are given MJ… or digits."""

_KINDS: Final[dict[str, SocialOrganizationKind]] = {
    "51": "association",
    "52": "service_institution",
    "53": "foundation",
}
_LENGTH: Final = 18
_WELL_FORMED: Final = re.compile(PATTERN)
_SUBJECT: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{8}")
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHTS: Final = (*(pow(3, place, 31) for place in range(17)), 1)
_ALPHABET: Final = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = bytes(max(_ALPHABET.find(sign), 0) for sign in range(256))
_ORGANISATION_VALUES: Final = bytes(
    int(chr(sign), 36) if chr(sign).isalnum() and sign < 128 else 0 for sign in range(256)
)


class InvalidCreditCode(ValueError):
    """The text is not an acceptable code. ``code`` is stable; ``str()`` is a Chinese sentence."""

    def __init__(self, code: Reason, message: str) -> None:
        super().__init__(message)
        self.code: Reason = code


def normalize(text: str) -> str:
    """Half-width, upper case, no white space. Never guesses: the letter O does not become 0."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def holds(code: str) -> bool:
    """Whether :func:`parse` gives back this very text; quick, for thousands of codes at a time."""
    if _WELL_FORMED.fullmatch(code) is None:
        return False
    signs = code.encode()
    # With the check sign, whose weight is one, the sum is a multiple of 31.
    if sum(map(mul, signs.translate(_VALUES), _WEIGHTS)) % 31:
        return False
    subject = signs[8:16].translate(_ORGANISATION_VALUES)
    return "0X987654321"[sum(map(mul, subject, _ORGANISATION_WEIGHTS)) % 11] == code[16]


@lru_cache(maxsize=4096)
def parse(text: str) -> str:
    """The normalised code after both check signs (GB 32100 annex A, GB 11714) were computed.

    Raises InvalidCreditCode with code ``length``, ``alphabet``, ``check-digit`` or
    ``organisation-code-check``.
    """
    code = normalize(text)
    if len(code) != _LENGTH:
        raise InvalidCreditCode("length", f"统一社会信用代码应为18位，现为{len(code)}位")
    if not _WELL_FORMED.match(code):
        raise InvalidCreditCode(
            "alphabet",
            "统一社会信用代码只能由数字和大写字母组成（不用I、O、S、V、Z），第3至8位须为数字",
        )
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise InvalidCreditCode("check-digit", "统一社会信用代码第18位校验码不正确，请核对")
    if _organisation_check(code[8:16]) != code[16]:
        raise InvalidCreditCode(
            "organisation-code-check", "统一社会信用代码第17位（组织机构代码校验码）不正确，请核对"
        )
    return code


def parse_social_organization(text: str) -> str:
    """As :func:`parse`, and the code must be one of 社会团体 51, 民办非企业单位 52, 基金会 53.

    Raises InvalidCreditCode, with code ``not-social-organization`` for every other body.
    """
    code = parse(text)
    if code[:2] not in _KINDS:
        raise InvalidCreditCode(
            "not-social-organization",
            "该代码不是社会组织的统一社会信用代码（前两位应为51、52或53）",
        )
    return code


def kind(code: str) -> SocialOrganizationKind | None:
    """What the first two signs of a parsed code say; None when it is no social organisation."""
    return _KINDS.get(code[:2])


def issuing_district(code: str) -> str:
    """The six-digit district of the issuing authority when a parsed code was issued.

    ``100000`` is the Ministry. The district may since have been renamed or dissolved.
    """
    return code[2:8]


def make(class2: str, district6: str, subject8: str) -> str:
    """A synthetic code with both check signs right, for tests, demonstrations and rehearsals.

    ``subject8`` is ``XN`` and six more signs of the alphabet, for example ``XN000042``: no
    registrar issues such subjects, so an invented code cannot be somebody's and shows that it is
    invented (:func:`is_synthetic`). Raises ValueError for any other subject.
    """
    if not subject8.startswith(SYNTHETIC_PREFIX) or not _SUBJECT.fullmatch(subject8):
        raise ValueError("虚拟代码的主体标识须为XN加6位数字或大写字母（不用I、O、S、V、Z）")
    head = f"{class2}{district6}{subject8}{_organisation_check(subject8)}"
    return parse(head + uscc.calc_check_digit(head))


def is_synthetic(code: str) -> bool:
    """Whether a parsed code was made by :func:`make`; production may refuse such codes."""
    return code.startswith(SYNTHETIC_PREFIX, 8)


def _organisation_check(subject: str) -> str:
    """GB 11714-1997: 11 minus the weighted sum modulo 11; ten is X, eleven is 0."""
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(subject, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0X987654321"[total % 11]


CreditCode = Annotated[
    str,
    AfterValidator(explained(parse, "credit-code")),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": PATTERN,
            "description": "统一社会信用代码（GB 32100-2015），18位",
            "examples": ["52110000MJ0163191U"],
        }
    ),
]
"""Any valid code; full-width, lower-case and spaced input is normalised."""

SocialOrganizationCode = Annotated[
    str,
    AfterValidator(explained(parse_social_organization, "credit-code")),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": SOCIAL_ORGANIZATION_PATTERN,
            "description": "社会组织的统一社会信用代码（GB 32100-2015），18位，以51、52或53开头",
            "examples": ["52110000MJ0163191U"],
        }
    ),
]
"""A valid code of a social organisation; normalised like CreditCode."""
