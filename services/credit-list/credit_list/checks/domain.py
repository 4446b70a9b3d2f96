"""Checks: what was asked, and what can be said of it. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from credit_list.standings.service import BAR_BIDS, HOLD_PAYMENTS
from liandong.values import credit_code, filing_number

LONGEST: Final = 64
"""Characters of what may be asked; the longest number has 36."""


class Purpose(StrEnum):
    """Why somebody checks; kept in the audit log and in the receipt."""

    AWARD = "award"
    """确定中标、成交"""
    PAYMENT = "payment"
    """拨付资金"""
    QUALIFICATION = "qualification"
    """资格审查"""
    SUPERVISION = "supervision"
    """监督检查"""
    OTHER = "other"
    """其他"""


class Outcome(StrEnum):
    FOUND = "found"
    """已获知该组织"""
    CANCELLED = "cancelled"
    """该组织已注销"""
    UNKNOWN = "unknown"
    """编号无误，但未获知这样的组织"""
    MALFORMED = "malformed"
    """编号有误，原因见 reason_codes"""
    FOREIGN = "foreign"
    """编号无误，但不是社会组织的代码"""


class Sort(StrEnum):
    CREDIT_CODE = "credit-code"
    FILING_NUMBER = "filing-number"
    ORGANIZATION = "organization-id"


class Subject(NamedTuple):
    """What was asked; without a sort it cannot be looked up, and ``fault`` says why."""

    asked: str
    sort: Sort | None
    code: str = ""
    fault: str = ""


NOT_SOCIAL: Final = "not-social-organization"
_UUID_LENGTH: Final = 36
_LOOKS_SOCIAL: Final = re.compile(credit_code.SOCIAL_ORGANIZATION_PATTERN)


def read(asked: str) -> Subject:
    """A credit code, a filing number or an organisation's id, told by its form."""
    if credit_code.holds(asked):
        return _credit_code(asked, asked)
    text = credit_code.normalize(asked)
    if text.startswith("BA-"):
        try:
            number = filing_number.format_number(*filing_number.parse(text))
        except filing_number.InvalidFilingNumber:
            return Subject(asked, None, fault="filing-number")
        return Subject(asked, Sort.FILING_NUMBER, number)
    if len(text) == _UUID_LENGTH and text.count("-") == 4:
        try:
            return Subject(asked, Sort.ORGANIZATION, str(UUID(text)))
        except ValueError:
            return Subject(asked, None, fault="organization-id")
    try:
        return _credit_code(asked, credit_code.parse(text))
    except credit_code.InvalidCreditCode as error:
        return Subject(asked, None, fault=error.code)


def by_form(asked: str) -> Subject:
    """As :func:`read`, but a code that looks like one of a social organisation is not computed:
    whoever finds it need not, and whoever does not find it reads it then."""
    if _LOOKS_SOCIAL.fullmatch(asked) is not None:
        return Subject(asked, Sort.CREDIT_CODE, asked)
    return read(asked)


def _credit_code(asked: str, code: str) -> Subject:
    if credit_code.kind(code) is None:
        return Subject(asked, None, code, NOT_SOCIAL)
    return Subject(asked, Sort.CREDIT_CODE, code)


class Listed(NamedTuple):
    """One listing as it stands, or stood on the day asked for."""

    listing_id: str
    list: str
    trigger: str
    listed_on: str
    exit_not_before: str | None
    measures: Sequence[str]
    rule_set: str


class Found(NamedTuple):
    organization_id: str
    status: str
    lists: Sequence[Listed] = ()
    before_known: bool = False
    """The day asked for lies before the first on which anything was known of it."""


BEFORE_KNOWN: Final = "before-known-day"
UNKNOWN: Final = "unknown"
ENDED: Final = ("cancelled", "revoked")


def outcome_of(subject: Subject, found: Found | None) -> Outcome:
    if subject.sort is None:
        return Outcome.FOREIGN if subject.fault == NOT_SOCIAL else Outcome.MALFORMED
    if found is None:
        return Outcome.UNKNOWN
    return Outcome.CANCELLED if found.status == "cancelled" else Outcome.FOUND


def restrictions(found: Found) -> tuple[bool, bool] | None:
    """Whether it is barred from bids and whether its payments are held; None: nobody knows."""
    if found.before_known:
        return None
    measures = {code for one in found.lists for code in one.measures}
    return BAR_BIDS in measures, HOLD_PAYMENTS in measures


def reason_codes(subject: Subject, found: Found | None) -> list[str]:
    """Stable codes: of what is wrong with the number, of an end, of each listing its trigger."""
    if subject.sort is None:
        return [subject.fault]
    if found is None:
        return [UNKNOWN]
    codes = [found.status] if found.status in ENDED else []
    codes += [BEFORE_KNOWN] if found.before_known else []
    return codes + [f"{one.list}:{one.trigger}" for one in found.lists]


def first_places(subjects: Sequence[Subject]) -> dict[str, int]:
    """Where each number was asked for the first time, of those that can be looked up. Numbers of
    different sorts never look alike."""
    places: dict[str, int] = {}
    for place, one in enumerate(subjects):
        if one.sort is not None:
            places.setdefault(one.code, place)
    return places
