"""The evaluation list: what priority changes and what it does not."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from supply_demand.rankings.domain import Offer, order
from supply_demand.tenders.domain import Priority

TIE = Priority.model_validate({"mode": "tie-break", "legal_basis": "本市办法"})
SIX = Priority.model_validate(
    {"mode": "price-preference", "deduction_basis_points": 600, "legal_basis": "本市办法"}
)


def offer(number: int, amount: int, *marks: str) -> Offer:
    return Offer(UUID(int=number), UUID(int=number), amount, frozenset(marks))


def ranks(rule: Priority, *offers: Offer) -> list[tuple[int, int]]:
    return [(one.rank, one.bid_id.int) for one in order(offers, rule)]


def test_priority_decides_between_equal_amounts_alone() -> None:
    cheap, equal = offer(1, 99), offer(2, 100)
    trusted = offer(3, 100, "priority-purchase")
    assert ranks(TIE, cheap, equal, trusted) == [(1, 1), (2, 3), (3, 2)]
    assert ranks(Priority(), cheap, equal, trusted) == [(1, 1), (2, 2), (2, 3)]
    [_, place, _] = order([cheap, equal, trusted], TIE)
    assert place.reasons == (
        "守信联合激励对象，优先承接：与其他投标报价相同，排序在先（本市办法）",
    )


def test_a_deduction_is_for_the_order_and_not_for_the_price() -> None:
    plain, trusted = offer(1, 10_000_000), offer(2, 10_500_001, "priority-purchase", "limit-bids")
    first, second = order([plain, trusted], SIX)
    assert (first.bid_id.int, first.amount_fen, first.evaluated_fen) == (2, 10_500_001, 9_870_001)
    assert "6%" in first.reasons[0]
    assert "活动异常名录" in first.reasons[1]
    assert (second.rank, second.reasons) == (2, ())
    assert order([], SIX) == []


def test_a_deduction_without_its_mode_is_no_rule() -> None:
    for given in ({"mode": "tie-break", "deduction_basis_points": 5}, {"mode": "price-preference"}):
        with pytest.raises(ValidationError):
            Priority.model_validate(given)
