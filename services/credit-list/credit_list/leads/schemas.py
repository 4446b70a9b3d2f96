"""What goes over HTTP about leads."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.leads.domain import Status
from credit_list.listings.domain import ListName
from credit_list.records.domain import Kind
from credit_list.texts import Reason, Reference, References


class OpenCase(BaseModel):
    """转为列入案件；该名单已有未结案件的，并入该案。事实和证据从信用记录带入，可以补充证据。"""

    model_config = ConfigDict(extra="forbid")

    evidence: References = Field(default_factory=list[str], description="补充的证据编号")
    discretion: Reference | None = Field(
        default=None, description="裁量等次，见规则 credit-list.cases；并案的沿用原案"
    )


class DismissLead(BaseModel):
    """不予采纳。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="理由")


class LeadFactRead(BaseModel):
    """构成线索的一项事实。"""

    record_id: UUID | None = Field(description="信用记录；空为活动异常名录上的列入")
    day: date
    kind: Kind | None
    withdrawn: bool = Field(description="该信用记录此后已撤销")


LeadFactsRead = list[LeadFactRead]


class LeadRead(BaseModel):
    """列入线索。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    list: ListName
    trigger: str
    status: Status
    rule_set: str
    opened_on: date
    case_id: UUID | None
    closed_on: date | None
    closed_by: str | None
    dismiss_reason: str | None
    created_at: datetime
    updated_at: datetime
    facts: LeadFactsRead = Field(default_factory=LeadFactsRead)
