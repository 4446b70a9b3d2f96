"""What goes over HTTP about eligibility."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from supply_demand.eligibility.domain import Assessment
from supply_demand.eligibility.service import as_dict


class RuleRead(BaseModel):
    """一条规则的结论和所依据的事实。"""

    code: str
    title: str
    passed: bool
    fact: str = Field(description="所依据的事实")
    learned_from: UUID | None = Field(description="得知该事实的事件编号")
    learned_at: datetime | None
    legal_basis: str


class EligibilityRead(BaseModel):
    """参与资格。"""

    organization_id: UUID
    eligible: bool
    as_of: datetime
    rule_set: str
    rules: list[RuleRead]

    @classmethod
    def of(cls, found: Assessment) -> "EligibilityRead":
        return cls(
            organization_id=found.organization_id,
            eligible=found.eligible,
            as_of=found.as_of,
            rule_set=found.rule_set,
            rules=[RuleRead.model_validate(as_dict(rule)) for rule in found.rules],
        )
