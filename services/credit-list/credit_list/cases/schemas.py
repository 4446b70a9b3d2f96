"""What goes over HTTP about cases."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from credit_list.cases.domain import Action, NoticeMethod, Outcome, Status
from credit_list.listings.domain import ListName
from credit_list.texts import Codes, Reason, Reference, References, Text


class ProposeCase(BaseModel):
    """提出列入：事实与证据，不填写个人信息。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    list: ListName = Field(description="abnormal 活动异常名录、serious 严重违法失信名单")
    trigger: Reference = Field(description="列入情形代码，见规则 credit-list.cases")
    facts: Text = Field(min_length=2, max_length=5000, description="事实与理由")
    evidence: References = Field(min_length=1, description="证据编号")

    @field_validator("list")
    @classmethod
    def _adverse(cls, value: ListName) -> ListName:
        if value is ListName.RED:
            raise ValueError("守信红名单另行推荐，不以案件列入")
        return value


class ServeNotice(BaseModel):
    """告知书送达；公告送达的，填视为送达之日。"""

    model_config = ConfigDict(extra="forbid")

    method: NoticeMethod = Field(description="mail 邮寄、e-delivery 电子、public-notice 公告")
    served_on: date = Field(description="送达日期")
    proof: Reference = Field(description="送达证明编号")


class RecordStatement(BaseModel):
    """陈述申辩。"""

    model_config = ConfigDict(extra="forbid")

    content: Text = Field(min_length=2, max_length=10000, description="陈述申辩内容")
    evidence: References = Field(default_factory=list[str], description="证据编号")
    received_on: date | None = Field(default=None, description="收到日期，仅由经办人填写")


class VerifyStatement(BaseModel):
    """核实陈述申辩。"""

    model_config = ConfigDict(extra="forbid")

    findings: Text = Field(min_length=2, max_length=5000, description="核实情况与采纳意见")


class DecideCase(BaseModel):
    """决定列入或不予列入。"""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(description="list 列入、not_list 不予列入")
    reasons: Reason = Field(description="理由")
    decision_document: Reference = Field(description="决定书文号")


class WithdrawCase(BaseModel):
    """撤回列入建议。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="事由")


class CaseRead(BaseModel):
    """列入案件。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    list: ListName
    status: Status
    trigger: str
    trigger_text: str
    legal_basis: str
    facts: str
    evidence: Codes
    rule_set: str
    proposed_by: str | None
    proposed_on: date
    notice_method: NoticeMethod | None
    notice_served_on: date | None
    notice_proof: str | None
    notice_by: str | None
    window_ends_on: date | None
    verify_by: date | None
    verified_by: str | None
    outcome: Outcome | None
    decided_by: str | None
    decided_on: date | None
    decision_reasons: str | None
    decision_document: str | None
    remedy: str | None
    listing_id: UUID | None
    withdraw_reason: str | None
    created_at: datetime
    updated_at: datetime

    def without_officers(self) -> Self:
        """For the organisation: what was decided and why, not which officer handled it."""
        hidden = ("proposed_by", "notice_by", "verified_by", "decided_by")
        return self.model_copy(update=dict.fromkeys(hidden))


class StatementRead(BaseModel):
    """陈述申辩及核实情况。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    content: str
    evidence: Codes
    received_on: date
    by_organization: bool
    entered_at: datetime
    findings: str | None
    verified_at: datetime | None


class StepRead(BaseModel):
    """办理过程：谁、何时、依据哪一版规则。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    action: Action | None = Field(description="空为提出")
    status: Status
    by: str | None
    at: datetime
    rule_set: str


Statements = list[StatementRead]
Steps = list[StepRead]


class CaseDetail(CaseRead):
    statements: Statements = Field(default_factory=list)
    steps: Steps = Field(default_factory=list)
