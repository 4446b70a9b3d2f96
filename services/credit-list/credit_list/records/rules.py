"""Parameters of the rule set about credit records."""

from pydantic import Field

from liandong.rules.rule_set import Certainty, Parameters, RuleSubject


class Period(Parameters):
    working_days: int = Field(ge=1, le=120)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class RecordParameters(Parameters):
    record_within: Period
    """After the information arose or was obtained."""
    check_within: Period
    """After the objection was received."""


RECORDS = RuleSubject("credit-list.records", RecordParameters, "信用记录期限")
