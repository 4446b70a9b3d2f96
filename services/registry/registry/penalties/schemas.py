"""What goes over HTTP about penalties."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.days import IsoDay
from liandong.values.periods import Urgency
from liandong.values.text import Text
from registry.organizations.domain import Kind
from registry.organizations.schemas import LAST_DAY, Name
from registry.penalties.domain import Class, Effect, HearingOutcome, Sanction, Source, Status
from registry.penalties.models import Penalty
from registry.penalties.proposal import Proposal
from registry.supervision.clocks import Standing

ViolationCode = Annotated[Text, Field(min_length=1, max_length=40)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReportClue(_Closed):
    """登记违法线索。"""

    organization_id: UUID
    cause: Text = Field(min_length=4, max_length=200, description="案由")
    suspected: list[ViolationCode] = Field(
        min_length=1, max_length=20, description="涉嫌违法行为的代码"
    )
    source: Source
    source_id: UUID | None = Field(default=None, description="来源的检查、整改等事项的编号")
    discovered_on: IsoDay = Field(le=LAST_DAY, description="发现之日")
    violation_ended_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="违法行为终了之日；仍在继续的不填"
    )


class FileCase(_Closed):
    """批准立案，指定不少于两名调查人员。"""

    investigators: list[UUID] = Field(min_length=1, max_length=20, description="执法人员编号")


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=1000, description="理由与依据")


class EvidenceItem(_Closed):
    """一份证据。"""

    category: Text = Field(
        min_length=2, max_length=40, description="书证、物证、证人证言、现场笔录等"
    )
    title: Text = Field(min_length=2, max_length=200, description="名称和证明的内容")
    obtained_on: IsoDay = Field(le=LAST_DAY, description="取得日期")
    attachment_id: UUID | None = Field(default=None, description="附件编号")


class AddEvidence(_Closed):
    evidence: list[EvidenceItem] = Field(min_length=1, max_length=50)


class Statement(_Closed):
    """当事人的陈述、申辩。"""

    statement: Text = Field(min_length=2, max_length=4000)
    received_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="收到日期；当事人自行提交的不填"
    )


class HearingRequest(_Closed):
    """当事人要求听证。"""

    received_on: IsoDay | None = Field(
        default=None, le=LAST_DAY, description="收到日期；当事人自行提出的不填"
    )


class HearingArrangement(_Closed):
    """听证的时间、地点和主持人；主持人不能是本案调查人员。"""

    held_on: IsoDay = Field(le=LAST_DAY)
    place: Text = Field(min_length=2, max_length=200)
    told_on: IsoDay = Field(le=LAST_DAY, description="通知当事人的日期")
    chair: UUID = Field(description="主持人的执法人员编号")


class HearingEnd(_Closed):
    outcome: HearingOutcome = Field(description="held 已举行；given_up 当事人放弃或者无故不到场")
    record: Text = Field(min_length=2, max_length=8000, description="听证笔录，或者放弃的凭据")


class LegalReview(_Closed):
    """法制审核。"""

    opinion: Text = Field(min_length=2, max_length=2000, description="审核意见")
    recheck: Text = Field(
        default="", max_length=2000, description="对陈述、申辩和听证意见的复核，当事人提出的必填"
    )


class Discussion(_Closed):
    """负责人集体讨论。"""

    held_on: IsoDay = Field(le=LAST_DAY)
    outcome: Text = Field(min_length=2, max_length=2000)


class Decision(_Closed):
    discussion: Discussion | None = Field(default=None, description="较重的处罚须经集体讨论")


class Sparing(Reason):
    ground: Annotated[Text, Field(max_length=40)] = Field(description="不予处罚的情形的代码")


class Transfer(Reason):
    authority: Text = Field(min_length=2, max_length=200, description="受移送的机关")


class Payment(_Closed):
    amount_fen: int = Field(strict=True, ge=1, le=10**15)
    paid_on: IsoDay = Field(le=LAST_DAY)
    receipt: Text = Field(min_length=2, max_length=60, description="票据号码")


class Publication(_Closed):
    months: int | None = Field(
        default=None, ge=1, le=120, description="公示的月数；不填的为该类最长公示期"
    )
    reason: Text = Field(default="", max_length=500, description="轻微的处罚认为确有必要公示的理由")


class WithdrawalGround(StrEnum):
    RECONSIDERATION = "reconsideration"
    """行政复议"""
    JUDGMENT = "judgment"
    """法院判决"""
    SUPERVISION = "supervision"
    """上级机关监督"""
    SELF_CORRECTION = "self-correction"
    """自行纠正"""


class Withdrawal(_Closed):
    """撤销处罚决定。理由对外公开，不写个人信息。"""

    ground: WithdrawalGround
    reasons: Text = Field(min_length=4, max_length=2000, description="公开说明的理由")
    restored_name: Name | None = Field(
        default=None,
        min_length=2,
        max_length=200,
        description="恢复登记时原名称已被他人使用的，须另定的名称",
    )


class StandingRead(BaseModel):
    """当前期限。"""

    model_config = ConfigDict(from_attributes=True)

    stage: str = Field(description="decision 决定；service 送达；payment 缴款")
    due_on: date | None = Field(description="最后一日；暂停计时时为空")
    urgency: Urgency
    is_provisional: bool = Field(description="所涉年份的工作日历尚未公布，日期为暂计")


class PenaltySummary(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    organization_name: str
    kind: Kind
    district: str
    authority: str
    status: Status
    status_label: str
    cause: str
    source: Source
    is_heavy: bool
    filed_on: date | None
    notice_served_on: date | None
    statement_until: date | None
    hearing_until: date | None
    decided_on: date | None
    decision_number: str | None
    served_on: date | None
    due_fen: int
    paid_fen: int
    executed_on: date | None
    publication_class: Class | None
    published_on: date | None
    publication_until: date | None
    withdrawn_on: date | None
    clock: StandingRead | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, penalty: Penalty, standing: Standing | None) -> "PenaltySummary":
        return cls.model_validate(_shown(penalty, standing, set(cls.model_fields)))


class Investigator(BaseModel):
    officer_id: UUID
    certificate_number: str


class PenaltyRead(PenaltySummary):
    """一件案件的全部内容。"""

    suspected: list[str]
    source_id: UUID | None
    discovered_on: date
    violation_ended_on: date | None
    evidence: list[dict[str, Any]]
    investigators: list[Investigator]
    proposal: Proposal | None
    notice: dict[str, Any] | None
    said: list[dict[str, Any]] = Field(description="陈述、申辩")
    hearing_requested_on: date | None
    hearing: dict[str, Any] | None
    hearing_record: str
    hearing_ended_on: date | None
    hearing_outcome: HearingOutcome | None
    basis: list[str]
    remedy: str
    ground: str
    reason: str
    service: dict[str, Any] | None
    effect: Effect
    effective_from: date | None
    effective_until: date | None
    payments: list[dict[str, Any]]
    withdrawal_reasons: str
    is_undone: bool
    rule_set: str
    handlers: list[str]
    filed_by: str | None
    reviewed_by: str | None
    reviewed_on: date | None
    review: dict[str, Any] | None
    discussion: dict[str, Any] | None
    decided_by: str | None
    closed_by: str | None
    rounds: list[dict[str, Any]] = Field(description="退回补充调查之前的历次告知")

    @classmethod
    def of(cls, penalty: Penalty, standing: Standing | None) -> "PenaltyRead":
        return cls.model_validate(_shown(penalty, standing, set(cls.model_fields)))

    def for_party(self) -> "PenaltyRead":
        """The party sees its case without the authority's internal opinions."""
        return self.model_copy(
            update={
                "handlers": [], "filed_by": None, "reviewed_by": None, "review": None,
                "discussion": None, "decided_by": None, "closed_by": None, "rounds": [],
            }
        )  # fmt: skip

    def without_statements(self) -> "PenaltyRead":
        """For auditors: what persons said may be personal."""
        said = [{**one, "statement": "****"} for one in self.said]
        record = "****" if self.hearing_record else ""
        return self.model_copy(update={"said": said, "hearing_record": record})


class PublishedDecision(BaseModel):
    """公示的处罚决定；已撤销的只说明撤销的理由。"""

    id: UUID
    organization_id: UUID
    organization_name: str
    authority: str
    authority_name: str | None = Field(description="处罚机关")
    decision_number: str
    decided_on: date
    sanctions: list[Sanction]
    sanction_labels: list[str]
    fine_fen: int
    confiscation_fen: int
    effective_until: date | None
    violations: list[str]
    basis: list[str]
    publication_class: Class
    published_on: date
    publication_until: date
    withdrawn_on: date | None
    withdrawal_reasons: str

    @classmethod
    def of(cls, penalty: Penalty) -> "PublishedDecision":
        proposed = penalty.proposed
        assert proposed is not None
        same = {
            name: getattr(penalty, name)
            for name in cls.model_fields
            if hasattr(penalty, name) and name not in ("sanctions", "violations")
        }
        gone = penalty.withdrawn_on is not None
        return cls(
            **same,
            sanctions=[] if gone else list(proposed.sanctions),
            sanction_labels=[] if gone else [one.label for one in proposed.sanctions],
            fine_fen=0 if gone else proposed.fine_fen,
            confiscation_fen=0 if gone else proposed.confiscation_fen,
            violations=[] if gone else list(proposed.violations),
        )


def _shown(penalty: Penalty, standing: Standing | None, names: set[str]) -> dict[str, Any]:
    made = {"status_label", "clock"}
    return {name: getattr(penalty, name) for name in names - made} | {
        "status_label": penalty.status.label,
        "clock": None if standing is None else StandingRead.model_validate(standing),
    }
