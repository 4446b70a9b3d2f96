"""What is read out of what was asked, and the form of the answer."""

import json

import pytest
from stdnum.cn import uscc

from credit_list.checks import answers
from credit_list.checks.domain import (
    Found,
    Listed,
    Outcome,
    Sort,
    Subject,
    by_form,
    first_places,
    outcome_of,
    read,
    reason_codes,
    restrictions,
)
from liandong.values.credit_code import make

CODE = make("52", "340103", "XN000001")
ID = "0192d1b0-0000-7000-8000-000000000001"
LISTED = Listed(
    "l1", "serious", "fine-50000", "2019-10-12", "2021-10-12", ["bar-bids", "no-honours"], "r@1/2"
)


@pytest.mark.parametrize(
    ("asked", "sort", "code", "fault"),
    [
        (CODE, Sort.CREDIT_CODE, CODE, ""),
        (f" {CODE.lower()} ", Sort.CREDIT_CODE, CODE, ""),
        (CODE[:17] + ("0" if CODE[17] != "0" else "1"), None, "", "check-digit"),
        ("91350100M000100Y4Z", None, "", "alphabet"),
        ("5234", None, "", "length"),
        ("", None, "", "length"),
        ("\x00" * 18, None, "", "alphabet"),
        ("11622700013944908W", None, "11622700013944908W", "not-social-organization"),
        ("BA-340103001001-2019-0001", Sort.FILING_NUMBER, "BA-340103001001-2019-0001", ""),
        ("ba-340103001001-2019-0001", Sort.FILING_NUMBER, "BA-340103001001-2019-0001", ""),
        ("BA-340103001001-2019-0000", None, "", "filing-number"),
        (ID.upper(), Sort.ORGANIZATION, ID, ""),
        (ID.replace("9", "g"), None, "", "organization-id"),
    ],
)
def test_a_number_is_told_by_its_form(asked: str, sort: Sort, code: str, fault: str) -> None:
    assert read(asked) == Subject(asked, sort, code, fault)
    looks_right = len(asked) == 18 and asked[:2] == "52"
    assert by_form(asked) == (
        Subject(asked, Sort.CREDIT_CODE, asked) if looks_right else read(asked)
    )


def test_of_a_wrong_check_sign_it_is_said_which() -> None:
    right = "52110000MJ0163191U"
    wrong = right[:16] + "2" + right[17]  # the sign of the organisation code, inside the whole
    assert read(wrong).fault == "check-digit"  # the last sign covers the seventeenth
    head = wrong[:17]
    assert read(head + uscc.calc_check_digit(head)).fault == "organisation-code-check"


def test_what_is_asked_twice_is_looked_up_once() -> None:
    subjects = [read(one) for one in (CODE, "5234", CODE.lower(), ID, CODE)]
    assert first_places(subjects) == {CODE: 0, ID: 3}


@pytest.mark.parametrize(
    ("asked", "found", "outcome", "codes", "held"),
    [
        (CODE, Found(ID, "active"), Outcome.FOUND, [], (False, False)),
        (CODE, Found(ID, "active", [LISTED]), "found", ["serious:fine-50000"], (True, False)),
        (CODE, Found(ID, "cancelled"), Outcome.CANCELLED, ["cancelled"], (False, False)),
        (CODE, Found(ID, "revoked"), Outcome.FOUND, ["revoked"], (False, False)),
        (CODE, Found(ID, "active", (), True), Outcome.FOUND, ["before-known-day"], None),
    ],
)
def test_what_is_said_of_somebody_known(
    asked: str, found: Found, outcome: str, codes: list[str], held: tuple[bool, bool] | None
) -> None:
    subject = read(asked)
    assert outcome_of(subject, found) == outcome
    assert reason_codes(subject, found) == codes
    assert restrictions(found) == held


@pytest.mark.parametrize(
    ("asked", "outcome", "codes"),
    [
        (CODE, "unknown", ["unknown"]),
        ("5234", "malformed", ["length"]),
        ("11622700013944908W", "foreign", ["not-social-organization"]),
    ],
)
def test_of_nobody_known_no_restriction_is_denied(
    asked: str, outcome: str, codes: list[str]
) -> None:
    row = json.loads(answers.row(read(asked), None, None))
    assert (row["outcome"], row["reason_codes"]) == (outcome, codes)
    assert row["barred_from_bids"] is row["payments_held"] is row["organization_id"] is None


@pytest.mark.parametrize(
    ("asked", "found", "repeats"),
    [
        (CODE, Found(ID, "active"), None),
        (f" {CODE}\n", Found(ID, "active"), 3),
        (CODE, Found(ID, "active", [LISTED]), None),
        (CODE, Found(ID, "active", (), True), None),
        (CODE, Found(ID, "suspended"), 0),
        (CODE, None, None),
        ('5"\\\u2028张\x01', None, None),
    ],
)
def test_every_row_is_written_in_the_canonical_form(
    asked: str, found: Found | None, repeats: int | None
) -> None:
    row = answers.row(read(asked), found, repeats)
    assert answers.canonical(json.loads(row)) == row
    assert json.loads(row)["asked"] == asked
    assert json.loads(row).keys() == json.loads(answers.row(read(CODE), None, None)).keys()


def test_what_is_written_quickly_is_what_is_written_slowly() -> None:
    slow = answers.row(read(CODE), Found(ID, "active"), 3)
    assert answers.plain(f'"{CODE}"', CODE, ID, 3) == slow


def test_the_whole_answer_is_canonical_and_its_digest_that_of_anybody() -> None:
    body = answers.answer({"as_of": "2026", "position": 7}, [answers.row(read(CODE), None, None)])
    assert answers.canonical(json.loads(body)).encode() == body
    assert answers.digest(b"") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
