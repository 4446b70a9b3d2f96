"""What the rule sets of filings hold: conditions, papers, periods, articles."""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period


class When(StrEnum):
    ALWAYS = "always"
    ORDINARY = "ordinary"
    """Not demanded in the green channel 绿色通道"""


FORM_ITEMS: Final = frozenset({"address", "purpose", "articles", "contact_phone"})
"""Demands that the form itself fulfils; every other code is a paper handed in."""


class Demand(Parameters):
    """An item of the form or a paper."""

    code: str = Field(pattern=r"^[a-z][a-z_-]{1,39}$")
    title: str = Field(min_length=1, max_length=100)
    when: When = When.ALWAYS
    basis: str = Field(min_length=1, max_length=200)


class Least(Parameters):
    least: int = Field(ge=0, le=100_000)
    green_least: int = Field(ge=0, le=100_000)
    """In the green channel."""
    basis: str = Field(min_length=1, max_length=200)


class Ban(Parameters):
    """Something that a filed body must not be."""

    basis: str = Field(min_length=1, max_length=200)


class Limit(Parameters):
    period: Period
    warn_days: int = Field(ge=0, le=365)
    """So many days before the last one, working days where the period counts those."""


class Template(Parameters):
    """简易章程 that a body may accept as its own."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    title: str = Field(min_length=1, max_length=100)
    text: str = Field(min_length=1, max_length=10_000)


class FilingRules(Parameters):
    """``registry.filings``; a condition that is None is not set."""

    members: Least
    within_street: Ban | None
    """It must be active inside a street or a community."""
    internal_group: Ban | None
    for_profit: Ban | None
    charges_for_services: Ban | None
    """Bodies that charge for services, or need a licence for them, register instead."""
    demands: tuple[Demand, ...] = ()
    templates: tuple[Template, ...] = ()
    community_skips_review: bool
    """Bodies that the committee guides need no review by the street."""
    opinion: Limit
    review: Limit
    decision: Limit

    @model_validator(mode="after")
    def _once(self) -> Self:
        for what in (self.demands, self.templates):
            codes = [one.code for one in what]
            if len(codes) != len(set(codes)):
                raise ValueError("同一代码规定了两次")
        return self

    @property
    def papers(self) -> set[str]:
        return {one.code for one in self.demands} - FORM_ITEMS


FILINGS: Final = RuleSubject("registry.filings", FilingRules, "社区社会组织备案")
