"""Parameters of the rule set about credit records."""

from typing import Annotated, Literal

from pydantic import Field

from credit_list.records.domain import Sanction
from liandong.rules.rule_set import Certainty, Parameters, RuleSubject
from liandong.values.money import MAX_FEN


class Period(Parameters):
    working_days: int = Field(ge=1, le=120)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class PublicationClass(Parameters):
    """A class of NDRC Order 36 and the penalties of other departments that belong to it."""

    name: Literal["minor", "ordinary", "serious"]
    sanctions: Annotated[list[Sanction], Field(max_length=5)] = Field(
        default_factory=list[Sanction]
    )
    fine_from_fen: int | None = Field(default=None, ge=0, le=MAX_FEN)
    months: int = Field(ge=0, le=120)
    """Shown so long from the day of the document on; 0: not shown."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class PublicationRules(Parameters):
    """What the public is shown of records; a penalty belongs to the first class that it fits."""

    classes: Annotated[list[PublicationClass], Field(max_length=10)]
    verdict_months: int = Field(ge=0, le=120)
    """Conclusions of annual inspections; 0: not shown."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class RecordParameters(Parameters):
    record_within: Period
    """After the information arose or was obtained."""
    check_within: Period
    """After the objection was received."""
    publication: PublicationRules | None = None
    """None: the public is shown listings only."""


RECORDS = RuleSubject("credit-list.records", RecordParameters, "信用记录期限")
