"""What the rule sets of exports hold."""

from typing import Annotated, Final

from pydantic import Field

from liandong.rules.rule_set import Parameters, RuleSubject

_Rows = Annotated[int, Field(ge=1, le=500_000)]
"""The ids of what is handed out are held in memory: half a million of them are 40 MB."""


class ExportRules(Parameters):
    """Organisations in one file, at most."""

    public_rows: _Rows
    official_rows: _Rows
    person_rows: _Rows
    """With representatives and telephones."""


EXPORTS: Final = RuleSubject("registry.exports", ExportRules, "名册导出")
