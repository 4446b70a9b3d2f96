"""Whole batches, and which organisation is meant: pure."""

from itertools import product
from uuid import UUID

import pytest

from credit_list.receiving.domain import (
    TRANSITIONS,
    Action,
    Known,
    Named,
    Reason,
    RowStatus,
    advance,
    check_checksum,
    check_whole,
    fingerprint,
    match,
    rows_checksum,
)
from liandong.problems import IllegalTransition, Invalid

ONE, TWO = (UUID(f"018f0000-0000-7000-8000-00000000000{number}") for number in (1, 2))
CODE = "52340103MJ0000001A"
SUN = Known(ONE, "合肥市阳光服务中心", CODE, None, "340103", "active")


def other(**given: object) -> Known:
    facts = {
        "organization_id": TWO,
        "name": SUN.name,
        "credit_code": None,
        "filing_number": "BA-340103001001-2019-0001",
        "district": "340104",
        "status": "active",
    }
    return Known(**(facts | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "action"), list(product(RowStatus, Action)))
def test_only_the_listed_transitions_exist(status: RowStatus, action: Action) -> None:
    if (status, action) in TRANSITIONS:
        assert advance(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


@pytest.mark.parametrize(
    ("named", "known", "area", "found"),
    [
        (Named("合肥市阳光服务中心", CODE), [SUN], "340100", (ONE, None)),
        (Named("合肥市 阳光服务中心", CODE), [SUN], "340100", (ONE, None)),
        (Named("合肥市月光服务中心", CODE), [SUN], "340100", (None, Reason.NAME_DIFFERS)),
        (
            Named("合肥市阳光服务中心", "52340103MJ0000009X"),
            [SUN],
            "340100",
            (None, Reason.UNKNOWN),
        ),
        (Named("合肥市阳光服务中心"), [SUN], "340100", (ONE, None)),
        (Named("合肥市阳光服务中心"), [SUN, other()], "340100", (None, Reason.SEVERAL)),
        (Named("合肥市阳光服务中心", district="340104"), [SUN, other()], "340100", (TWO, None)),
        (Named("合肥市阳光服务中心"), [SUN, other()], "340103", (ONE, None)),
        (Named("合肥市阳光服务中心", CODE), [SUN], "340700", (None, Reason.OTHER_DISTRICT)),
        (Named("没有的服务中心"), [SUN], "340100", (None, Reason.UNKNOWN)),
        (Named("合肥市阳光服务中心"), [], "340100", (None, Reason.UNKNOWN)),
        (
            Named("合肥市阳光服务中心", None, "BA-340103001001-2019-0001"),
            [SUN, other()],
            "340100",
            (TWO, None),
        ),
        (
            Named("合肥市阳光服务中心"),
            [other(status="cancelled")],
            "340100",
            (None, Reason.CANCELLED),
        ),
        (
            Named("合肥市阳光服务中心"),
            [SUN, other(status="cancelled")],
            "340100",
            (ONE, None),
        ),
    ],
)
def test_nobody_is_taken_for_another(
    named: Named, known: list[Known], area: str, found: tuple[UUID | None, Reason | None]
) -> None:
    assert match(named, known, area) == found


@pytest.mark.parametrize(
    ("numbers", "total", "code"),
    [
        ([1, 2, 3], 3, None),
        ([3, 1, 2], 3, None),
        ([1, 3], 3, "incomplete-batch"),
        ([1, 2, 3, 4], 3, "incomplete-batch"),
        ([1, 1, 2], 3, "repeated-numbers"),
    ],
)
def test_half_a_batch_is_not_taken(numbers: list[int], total: int, code: str | None) -> None:
    if code is None:
        check_whole(numbers, total)
        return
    with pytest.raises(Invalid) as refused:
        check_whole(numbers, total)
    assert refused.value.errors[0].code == code


def test_a_checksum_is_that_of_number_operation_and_key() -> None:
    found = rows_checksum([(1, "add", "a"), (2, "delete", "b")])
    assert found == "1a75ab4e81cab22f80be7f096f50c707aa712a29b77b699d90dc0c2a02fb4b95"
    check_checksum(None, found)
    check_checksum(found.upper(), found)
    with pytest.raises(Invalid):
        check_checksum("0" * 64, found)


def test_equal_content_has_one_fingerprint_in_whatever_order_it_comes() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
