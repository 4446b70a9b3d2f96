"""What the rule sets of revocation hold: causes by article, the window, the documents."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.periods import Period
from registry.organizations.domain import Kind
from registry.supervision.numbering import NumberTemplate

Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]


class Cause(Parameters):
    """撤销登记的事由 that is no penalty."""

    code: Code
    title: str = Field(min_length=1, max_length=100)
    articles: dict[Kind, Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1)
    """The article for each legal type; a type without one is not revoked for it."""


class RevocationRules(Parameters):
    """``registry.revocations``."""

    causes: tuple[Cause, ...] = Field(min_length=1)
    statement: Period
    """Of the notice: in it the body may state its case, and nothing is decided."""
    announcement_days: int = Field(ge=1, le=365)
    liquidated: tuple[Kind, ...]
    """Legal types that are liquidated when they are revoked."""
    number: NumberTemplate
    remedy: str = Field(min_length=10, max_length=500)

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [one.code for one in self.causes]
        if len(codes) != len({*codes}):
            raise ValueError("同一事由规定了两次")
        return self

    def cause(self, code: str) -> Cause | None:
        return next((one for one in self.causes if one.code == code), None)


REVOCATIONS: Final = RuleSubject("registry.revocations", RevocationRules, "社会组织撤销登记")
