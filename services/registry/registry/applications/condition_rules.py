"""What the rule sets demand of a body: members, money, council, persons."""

from typing import Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters
from liandong.values.money import MAX_FEN
from registry.organizations.domain import Kind


class Threshold(Parameters):
    """A least number, with the article that demands it."""

    least: int = Field(ge=0, le=MAX_FEN)
    basis: str = Field(min_length=1, max_length=200)


class Members(Parameters):
    """会员数: enough individuals, or enough units, or enough of both together."""

    individuals: int = Field(ge=1, le=1_000_000)
    units: int = Field(ge=1, le=1_000_000)
    mixed: int = Field(ge=1, le=1_000_000)
    basis: str = Field(min_length=1, max_length=200)


class Range(Parameters):
    least: int = Field(ge=0, le=MAX_FEN)
    most: int = Field(ge=0, le=MAX_FEN)
    basis: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most < self.least:
            raise ValueError("上限小于下限")
        return self


class Share(Parameters):
    """At most so many of all, as a fraction: a third of nine must not depend on rounding."""

    numerator: int = Field(ge=0, le=1000)
    denominator: int = Field(ge=1, le=1000)
    basis: str = Field(min_length=1, max_length=200)

    def allows(self, part: int, whole: int) -> bool:
        return part * self.denominator <= whole * self.numerator


class Ban(Parameters):
    """Something that must not be, with the article that forbids it."""

    basis: str = Field(min_length=1, max_length=200)


class OneHead(Ban):
    """A legal representative who is that of another body of these types too."""

    kinds: tuple[Kind, ...]


class Conditions(Parameters):
    """成立条件 of one legal type; what is None is not demanded."""

    members: Members | None = None
    national_funds_fen: Threshold | None = None
    local_funds_fen: Threshold | None = None
    national_public_funds_fen: Threshold | None = None
    """Of foundations that raise money in public."""
    local_public_funds_fen: Threshold | None = None
    council: Range | None = None
    supervisors: Threshold | None = None
    full_time_staff: Threshold | None = None
    paid_councillors: Share | None = None
    related_councillors: Share | None = None
    """Councillors with a close relative on the council."""
    related_councillors_public: Share | None = None
    """The same, where money is raised in public."""
    separate_supervisors: Ban | None = None
    """Supervisors who are councillors or their close relatives."""
    separate_head: Ban | None = None
    """理事长（会长） who is secretary-general too."""
    officials_in_posts: Ban | None = None
    """现职公务员 as chair, vice-chair or secretary-general."""
    several_bodies: OneHead | None = None
