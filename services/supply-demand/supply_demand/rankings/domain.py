"""The order of the bids of a tender, and why. Pure. It decides nothing: quality is judged by
people, and the award may go to any valid bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from supply_demand.measures.domain import LIMIT_BIDS, PRIORITY_PURCHASE
from supply_demand.tenders.domain import Priority, PriorityMode

WHOLE: Final = 10_000
"""Basis points."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A valid bid; ``marks`` are effects of measures in force of the bidder."""

    bid_id: UUID
    organization_id: UUID
    amount_fen: int
    marks: frozenset[str]

    @property
    def has_priority(self) -> bool:
        return PRIORITY_PURCHASE in self.marks


@dataclass(frozen=True, slots=True)
class Place:
    """``evaluated_fen`` is for the order alone: the contract is made at ``amount_fen`` (分). Bids
    that nothing tells apart share a rank."""

    rank: int
    bid_id: UUID
    organization_id: UUID
    amount_fen: int
    evaluated_fen: int
    marks: tuple[str, ...]
    reasons: tuple[str, ...]


def order(offers: Sequence[Offer], rule: Priority) -> list[Place]:
    """By evaluated amount; where the rules say so, priority decides between equal ones."""
    breaks = rule.mode is PriorityMode.TIE_BREAK
    keys = {
        one.bid_id: (_evaluated(one, rule), not one.has_priority if breaks else False)
        for one in offers
    }
    ordered = sorted(offers, key=lambda one: (keys[one.bid_id], one.bid_id))
    ranked = sorted(keys.values())
    amounts = [amount for amount, _ in ranked]
    return [
        Place(
            rank=ranked.index(keys[one.bid_id]) + 1,
            bid_id=one.bid_id,
            organization_id=one.organization_id,
            amount_fen=one.amount_fen,
            evaluated_fen=keys[one.bid_id][0],
            marks=tuple(sorted(one.marks)),
            reasons=_reasons(one, rule, tied=amounts.count(keys[one.bid_id][0]) > 1),
        )
        for one in ordered
    ]


def _evaluated(offer: Offer, rule: Priority) -> int:
    """The deduction is rounded down to whole 分."""
    if rule.mode is not PriorityMode.PRICE_PREFERENCE or not offer.has_priority:
        return offer.amount_fen
    return offer.amount_fen - offer.amount_fen * rule.deduction_basis_points // WHOLE


def _reasons(offer: Offer, rule: Priority, *, tied: bool) -> tuple[str, ...]:
    found: list[str] = []
    if offer.has_priority:
        found.append(
            f"守信联合激励对象，优先承接：{_effect(rule, tied=tied)}（{rule.legal_basis}）"
        )
    if LIMIT_BIDS in offer.marks:
        found.append("列入活动异常名录，供评审参考，不影响排序")
    return tuple(found)


def _effect(rule: Priority, *, tied: bool) -> str:
    if rule.mode is PriorityMode.PRICE_PREFERENCE:
        percent = f"{rule.deduction_basis_points / 100:g}%"
        return f"报价扣除{percent}后参与排序，扣除仅用于评审，不改变成交价"
    if rule.mode is PriorityMode.TIE_BREAK:
        return "与其他投标报价相同，排序在先" if tied else "没有报价相同的投标，不影响排序"
    return "只作提示，不影响排序"
