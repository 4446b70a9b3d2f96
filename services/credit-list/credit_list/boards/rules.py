"""Parameters of the rule set about the public board."""

from typing import Annotated

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject
from liandong.values.text import Text

Line = Annotated[Text, Field(min_length=2, max_length=200)]


class BoardParameters(Parameters):
    name: Line
    basis: Annotated[list[Line], Field(min_length=1, max_length=10)]
    remedy: Line
    rows_per_page: int = Field(ge=1, le=200)


BOARDS = RuleSubject("credit-list.boards", BoardParameters, "公示栏")
