"""Parameters of the rule set about monthly reports."""

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject


class ReportParameters(Parameters):
    due_day: int = Field(ge=1, le=28)
    months_later: int = Field(ge=0, le=3)
    """In which month after the one that is reported."""


REPORTS = RuleSubject("credit-list.reports", ReportParameters, "名单月报")
