"""What the rule sets of governance hold: terms of office and reminders."""

from typing import Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period
from registry.organizations.domain import Kind


class Notices(Parameters):
    """When to remind of a last day."""

    days_before: tuple[int, ...] = Field(max_length=20)
    """So many days before it, the longest first."""
    basis: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(not 0 <= days <= 3650 for days in self.days_before):
            raise ValueError("提醒的天数应在0至3650之间")
        if list(self.days_before) != sorted({*self.days_before}, reverse=True):
            raise ValueError("提醒的天数应从多到少，不能重复")
        return self


class Term(Parameters):
    """届期 of one legal type."""

    most_years: int = Field(ge=1, le=50)
    audited: bool
    """换届前财务审计"""
    basis: str = Field(min_length=1, max_length=200)


class GovernanceRules(Parameters):
    """``registry.governance``."""

    terms: dict[Kind, Term]
    filing: Period
    """换届结果备案, from the election"""
    filing_basis: str = Field(min_length=1, max_length=200)
    extension_months: int = Field(ge=0, le=120)
    """延期换届: at most so long beyond the term."""
    extension_basis: str = Field(min_length=1, max_length=200)
    temporary_months: int = Field(ge=0, le=120)
    """临时证书"""
    temporary_basis: str = Field(min_length=1, max_length=200)
    certificate_notices: Notices
    term_notices: Notices


GOVERNANCE: Final = RuleSubject("registry.governance", GovernanceRules, "社会组织内部治理")
