"""Parameters of the rule sets about terms, publication and measures."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from credit_list.measures.catalogue import MeasureUse, unknown_measures
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import FieldError
from liandong.rules.rule_set import Certainty, Parameters, RuleSet, RuleSubject


class PublicationClass(Parameters):
    """A class of NDRC Order 36; a list is repaired no earlier than ``min_months``."""

    name: Literal["minor", "ordinary", "serious"]
    min_months: int = Field(ge=0, le=120)
    max_months: int = Field(ge=1, le=120)
    certainty: Certainty

    @model_validator(mode="after")
    def _in_order(self) -> "PublicationClass":
        if self.max_months < self.min_months:
            raise ValueError("最长公示期短于最短公示期")
        return self


class ListTerms(Parameters):
    """How long a listing lasts at least, and what it brings."""

    min_term_months: int = Field(ge=0, le=240)
    """Order 60; 0: it ends when the duty is done."""
    nothing_to_rectify_months: int = Field(default=0, ge=0, le=240)
    """The term when there is nothing that could be put right."""
    term_certainty: Certainty
    publication: PublicationClass | None = None
    early_repair_allowed: bool = False
    """A repair may be granted before the term is over, once the duty is done."""
    measures: list[MeasureUse] = Field(max_length=50)


class ListingParameters(Parameters):
    serious: ListTerms
    abnormal: ListTerms


async def _check(uow: UnitOfWork, rule_set: RuleSet[Any]) -> Sequence[FieldError]:
    terms: ListingParameters = rule_set.parameters
    return [
        error
        for name, one in (("serious", terms.serious), ("abnormal", terms.abnormal))
        for error in await unknown_measures(
            uow, rule_set, one.measures, f"/parameters/{name}/measures"
        )
    ]


LISTINGS = RuleSubject(
    "credit-list.listings", ListingParameters, "列入期限、公示与措施", check=_check
)
