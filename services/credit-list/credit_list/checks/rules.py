"""Parameters of the rule set about questions from outside. The hard bounds are those of what one
request and one answer can carry."""

from pydantic import Field

from liandong.rules.rule_set import Certainty, Parameters, RuleSubject

MOST_CODES = 10_000


class Limit(Parameters):
    number: int = Field(ge=1, le=MOST_CODES)
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class RepairedInHistory(Parameters):
    """Whether partners still see a listing that was repaired, when they ask for a past day."""

    shown_to_partners: bool
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty


class QuestionParameters(Parameters):
    codes_per_check: Limit
    codes_per_watch_list: Limit
    watch_lists_each: Limit
    repaired: RepairedInHistory


QUESTIONS = RuleSubject("credit-list.questions", QuestionParameters, "对外查询的数量与范围")
