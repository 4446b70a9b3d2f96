"""Parameters of the rule set about lists of others."""

from typing import Annotated

from pydantic import Field, model_validator

from credit_list.records.domain import FROM_DEPARTMENTS, Kind
from liandong.rules.rule_set import Certainty, Parameters, RuleSubject


class ListKind(Parameters):
    """A list of others that may be handed in."""

    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    name: str = Field(min_length=2, max_length=100)
    adverse: bool
    record: Kind | None = None
    """The credit record that an entry becomes; without one it is shown and counts for nothing."""
    legal_basis: str = Field(min_length=2, max_length=500)
    certainty: Certainty

    @model_validator(mode="after")
    def _recordable(self) -> "ListKind":
        if self.record is not None and (
            self.record not in FROM_DEPARTMENTS or self.record is Kind.PENALTY
        ):
            raise ValueError("名单只能记为由其他部门提供且没有处罚内容的记录种类")
        return self


class ReceivingParameters(Parameters):
    kinds: Annotated[list[ListKind], Field(min_length=1, max_length=100)]
    max_rows: int = Field(ge=1, le=20_000)
    candidates: int = Field(ge=1, le=50)
    """How many organisations are suggested for a row that could not be resolved."""

    @model_validator(mode="after")
    def _each_once(self) -> "ReceivingParameters":
        words = [word for one in self.kinds for word in (one.code, one.name)]
        if len(words) != len(set(words)):
            raise ValueError("名单代码或名称重复")
        return self

    def kind(self, word: str) -> ListKind | None:
        """By code or by name."""
        return next((one for one in self.kinds if word in (one.code, one.name)), None)


RECEIVING = RuleSubject("credit-list.receiving", ReceivingParameters, "接收外部名单")
