"""Parameters of the rule set about sharing."""

from typing import Annotated

from pydantic import Field

from credit_list.records.domain import Sanction
from liandong.rules.rule_set import Certainty, Parameters, RuleSubject
from liandong.values.credit_code import CreditCode
from liandong.values.districts import DistrictCode


class PenaltyClass(Parameters):
    """A class of penalties, and for how long they are published."""

    name: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    sanctions: Annotated[list[Sanction], Field(max_length=5)] = Field(
        default_factory=list[Sanction]
    )
    """One of them is enough."""
    fine_from_fen: int | None = Field(default=None, ge=1, le=10**15)
    published: bool
    max_months: int = Field(ge=1, le=120)
    """Counted from the day of the document."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class SharingParameters(Parameters):
    authority_name: str | None = Field(default=None, min_length=2, max_length=100)
    """Of the bureau that lists and punishes; None: the civil-affairs department of the district."""
    authority_code: CreditCode | None = None
    penalty_classes: Annotated[list[PenaltyClass], Field(min_length=1, max_length=20)]
    """The first that fits holds; what fits none is not shared."""
    kept_days: int = Field(ge=1, le=3650)
    """For so long the files of a day are handed out to partners."""
    open_to: Annotated[list[DistrictCode], Field(max_length=200)] = Field(default_factory=list[str])
    """Districts elsewhere whose officials and partners may read the files as well."""


SHARING = RuleSubject("credit-list.sharing", SharingParameters, "共享与双公示")
