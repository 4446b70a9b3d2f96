"""What goes over HTTP about cases."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from credit_list.cases.domain import (
    Action,
    DocumentKind,
    HearingStatus,
    NoticeMethod,
    Outcome,
    ServiceOutcome,
    Status,
)
from credit_list.cases.timing import Due, Given
from credit_list.listings.domain import ListName
from credit_list.texts import Codes, Reason, Reference, References, Text
from liandong.values.days import IsoDay


class ProposeCase(BaseModel):
    """提出列入：事实与证据，不填写个人信息。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    list: ListName = Field(description="abnormal 活动异常名录、serious 严重违法失信名单")
    trigger: Reference = Field(description="列入情形代码，见规则 credit-list.cases")
    facts: Text = Field(min_length=2, max_length=5000, description="事实与理由")
    evidence: References = Field(min_length=1, description="证据编号")
    discretion: Reference | None = Field(
        default=None, description="裁量等次，见规则 credit-list.cases"
    )
    discretion_basis: Reason | None = Field(default=None, description="裁量依据与理由")

    @field_validator("list")
    @classmethod
    def _adverse(cls, value: ListName) -> ListName:
        if value is ListName.RED:
            raise ValueError("守信红名单另行推荐，不以案件列入")
        return value


class JoinTrigger(BaseModel):
    """并案：同一名单的又一列入情形。"""

    model_config = ConfigDict(extra="forbid")

    trigger: Reference = Field(description="列入情形代码，见规则 credit-list.cases")
    facts: Text = Field(min_length=2, max_length=5000, description="事实与理由")
    evidence: References = Field(min_length=1, description="证据编号")


class DraftNotice(BaseModel):
    """拟制告知书；正文由事实、依据、权利、期限和救济途径生成。"""

    model_config = ConfigDict(extra="forbid")

    document_number: Reference = Field(description="告知书文号")


class ServeDocument(BaseModel):
    """送达；公告送达的填公告发布日期，视为送达之日由规则算出。"""

    model_config = ConfigDict(extra="forbid")

    method: NoticeMethod = Field(description="mail 邮寄、e-delivery 电子、public-notice 公告")
    served_on: IsoDay | None = Field(default=None, description="送达日期；公告送达的不填")
    published_on: IsoDay | None = Field(default=None, description="公告发布日期，仅公告送达填写")
    proof: Reference = Field(description="送达证明编号")

    def given(self) -> Given:
        return Given(self.method, self.served_on, self.published_on)


class CorrectService(ServeDocument):
    """更正送达登记，由原登记人以外的人办理。"""

    reason: Reason = Field(description="原登记有误之处")


class FailService(BaseModel):
    """未能送达。"""

    model_config = ConfigDict(extra="forbid")

    method: NoticeMethod = Field(description="mail 邮寄、e-delivery 电子、public-notice 公告")
    attempted_on: IsoDay = Field(description="退回或者未能送达的日期")
    proof: Reference = Field(description="退件等证明编号")
    reason: Reason = Field(description="未能送达的情况")


class RequestHearing(BaseModel):
    """申请听证。"""

    model_config = ConfigDict(extra="forbid")

    reasons: Text = Field(min_length=2, max_length=5000, description="申请理由")
    received_on: IsoDay | None = Field(default=None, description="收到日期，仅由经办人填写")


class HoldHearing(BaseModel):
    """登记听证，由主持人填写。"""

    model_config = ConfigDict(extra="forbid")

    held_on: IsoDay = Field(description="听证日期")
    record: Reference = Field(description="听证笔录编号")
    opinion: Text = Field(min_length=2, max_length=5000, description="听证意见")


class GiveUpHearing(BaseModel):
    """放弃听证。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="事由，例如书面放弃、无正当理由未到场")


class RecordStatement(BaseModel):
    """陈述申辩。"""

    model_config = ConfigDict(extra="forbid")

    content: Text = Field(min_length=2, max_length=10000, description="陈述申辩内容")
    evidence: References = Field(default_factory=list[str], description="证据编号")
    received_on: IsoDay | None = Field(default=None, description="收到日期，仅由经办人填写")


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
    discussion_record: Reference | None = Field(
        default=None, description="集体讨论笔录编号，规则要求集体讨论的必填"
    )


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
    discretion: str | None
    discretion_text: str | None
    discretion_basis: str | None
    due_step: Due | None = Field(description="下一步应办事项")
    due_on: date | None = Field(description="应办结的最后一日")
    is_overdue: bool = Field(default=False, description="已逾期")
    notice_method: NoticeMethod | None
    notice_told_on: date | None = Field(description="首次告知之日，公告的为发布之日")
    notice_served_on: date | None
    notice_proof: str | None
    notice_by: str | None
    window_ends_on: date | None
    verify_by: date | None
    verified_by: str | None
    hearing: HearingStatus | None
    outcome: Outcome | None
    decided_by: str | None
    decided_on: date | None
    decision_reasons: str | None
    decision_document: str | None
    discussion_record: str | None
    is_published: bool | None = Field(description="列入信息向社会公示")
    publication_ends_on: date | None
    remedy: str | None
    decision_method: NoticeMethod | None
    decision_served_on: date | None
    decision_proof: str | None
    decision_served_by: str | None
    review_until: date | None = Field(description="申请行政复议的最后一日")
    suit_until: date | None = Field(description="提起行政诉讼的最后一日")
    listing_id: UUID | None
    withdraw_reason: str | None
    created_at: datetime
    updated_at: datetime

    def without_officers(self) -> Self:
        """For the organisation: what was decided and why, not which officer handled it."""
        officers = ("proposed_by", "notice_by", "verified_by", "decided_by", "decision_served_by")
        inside = ("due_step", "due_on", "discussion_record")
        hidden = dict.fromkeys((*officers, *inside)) | {"is_overdue": False}
        return self.model_copy(update=hidden)


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


class JoinedRead(BaseModel):
    """并入的列入情形。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    trigger: str
    trigger_text: str
    legal_basis: str
    facts: str
    evidence: Codes
    rule_set: str
    joined_on: date
    told: bool = Field(description="已经告知")


class HearingRead(BaseModel):
    """听证。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    status: HearingStatus
    requested_on: date
    reasons: str
    by_organization: bool
    held_on: date | None
    chair: str | None
    record: str | None
    opinion: str | None
    given_up_reason: str | None


class ServiceRead(BaseModel):
    """一次送达。"""

    model_config = ConfigDict(from_attributes=True)

    method: NoticeMethod
    outcome: ServiceOutcome
    told_on: date
    served_on: date | None
    proof: str
    reason: str | None
    entered_by: str | None
    entered_at: datetime
    corrected_by: str | None = Field(description="更正人；有更正人的，该次登记不再有效")


Services = list[ServiceRead]


class DocumentRead(BaseModel):
    """案件文书：正文以制作时为准。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    kind: DocumentKind
    document_number: str
    content: str
    made_by: str | None
    made_on: date
    rule_set: str
    is_replaced: bool = Field(description="送达之前已重新拟制")
    services: Services = Field(default_factory=list)

    def to_organization(self) -> Self:
        """For the organisation: the paper, not which officer made and served it."""
        hidden: dict[str, None] = dict.fromkeys(("entered_by", "corrected_by"))
        services = [one.model_copy(update=hidden) for one in self.services]
        return self.model_copy(update={"made_by": None, "services": services})


Statements = list[StatementRead]
Steps = list[StepRead]
Joined = list[JoinedRead]
Hearings = list[HearingRead]
Documents = list[DocumentRead]


class CaseDetail(CaseRead):
    joined: Joined = Field(default_factory=list)
    statements: Statements = Field(default_factory=list)
    hearings: Hearings = Field(default_factory=list)
    facts_withdrawn: bool = Field(default=False, description="所依据的信用记录已被撤销")
    steps: Steps = Field(default_factory=list)
