"""Memberships in hubs: periods that must not overlap, and counts on a day. Pure.

A member belongs from ``joined_on`` on; ``left_on`` is the first day on which it does not any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Span:
    """One membership. ``left_on`` None: it goes on."""

    member_id: UUID
    joined_on: date
    left_on: date | None
    is_public_benefit: bool = False

    def holds_on(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)

    def overlaps(self, other: "Span") -> bool:
        """Whether both hold on some day."""
        if self.is_empty or other.is_empty:
            return False
        return (other.left_on is None or self.joined_on < other.left_on) and (
            self.left_on is None or other.joined_on < self.left_on
        )

    @property
    def is_empty(self) -> bool:
        return self.left_on is not None and self.left_on <= self.joined_on


@dataclass(frozen=True, slots=True)
class Counts:
    """How many members a hub has on a day."""

    members: int
    public_benefit: int
    """公益性组织"""


def counted(spans: Iterable[Span], day: date) -> Counts:
    """Each body counts once."""
    holding = [one for one in spans if one.holds_on(day)]
    return Counts(
        len({one.member_id for one in holding}),
        len({one.member_id for one in holding if one.is_public_benefit}),
    )
