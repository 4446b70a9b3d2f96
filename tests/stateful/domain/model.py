"""Who is listed, who has learnt it, and what must have become of bids, payments and money."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

READERS = ("supply-demand", "funding")


class News(NamedTuple):
    """What credit-list told; the place in the list is the position in its feed."""

    fact: str
    organization: UUID
    listing: str
    bars: bool


@dataclass
class Case:
    id: str
    organization: UUID
    bars: bool
    decidable_at: datetime


@dataclass
class Listing:
    id: str
    organization: UUID
    bars: bool
    exit_at: datetime


@dataclass
class Bid:
    id: str
    organization: UUID
    status: str = "submitted"


@dataclass
class Tender:
    id: str
    closes_at: datetime
    status: str = "published"
    bids: list[Bid] = field(default_factory=list)

    def takes_bids(self, now: datetime) -> bool:
        return self.status == "published" and now < self.closes_at


@dataclass
class Payment:
    """``reasons`` are why it is held: listings, or "manual"."""

    id: str
    entitlement: str
    organization: UUID
    amount: int
    status: str = "proposed"
    reasons: set[str] = field(default_factory=set)

    @property
    def unpaid(self) -> bool:
        return self.status in ("proposed", "approved")

    @property
    def shown(self) -> str:
        return "held" if self.reasons else self.status

    def cancel(self) -> None:
        self.status, self.reasons = "cancelled", set()


@dataclass
class Model:
    organizations: list[UUID] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    learned: dict[str, int] = field(default_factory=lambda: dict.fromkeys(READERS, 0))
    tenders: list[Tender] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    entitlements: dict[str, UUID] = field(default_factory=dict)
    ceiling: int = 0

    def barred(self, organization: UUID) -> bool:
        """By credit-list's own word, at this moment."""
        return any(one.organization == organization and one.bars for one in self.listings)

    def known(self, reader: str, organization: UUID) -> set[str]:
        """The listings that bar the organisation, as far as the reader has learnt."""
        found: set[str] = set()
        for one in self.news[: self.learned[reader]]:
            if one.organization == organization and one.bars:
                (found.add if one.fact == "listed" else found.discard)(one.listing)
        return found

    @property
    def committed(self) -> int:
        return sum(one.amount for one in self.payments if one.status != "cancelled")

    @property
    def paid(self) -> int:
        return sum(one.amount for one in self.payments if one.status == "made")

    def bids_of(self, organization: UUID) -> list[Bid]:
        return [b for t in self.tenders for b in t.bids if b.organization == organization]

    def learn(self, reader: str, position: int) -> None:
        """The reader has dealt with the feed up to the position."""
        while self.learned[reader] < position:
            self._apply(reader, self.news[self.learned[reader]])
            self.learned[reader] += 1

    def _apply(self, reader: str, one: News) -> None:
        if not one.bars:
            return
        if reader == "supply-demand":
            for bid in self.bids_of(one.organization):
                if one.fact == "listed" and bid.status == "submitted":
                    bid.status = "disqualified"
            return
        for payment in self.payments:
            if payment.organization == one.organization and payment.unpaid:
                change = payment.reasons.add if one.fact == "listed" else payment.reasons.discard
                change(one.listing)
