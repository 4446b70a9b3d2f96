"""What goes over HTTP about credit records."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from credit_list.records.domain import (
    FROM_DEPARTMENTS,
    Action,
    Category,
    Ground,
    Kind,
    Outcome,
    Sanction,
    Status,
)
from credit_list.texts import Codes, Reason, Reference, References, Text
from liandong.values.days import IsoDay
from liandong.values.money import Fen

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
SomeCodes = Annotated[list[Code], Field(max_length=20)]
Sanctions = Annotated[list[Sanction], Field(max_length=5)]


class RecordFact(BaseModel):
    """其他部门提供的信用信息，不填写个人信息。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    kind: Kind = Field(description="记录种类；年检和登记情况由登记服务提供，不在此填写")
    authority: Reference = Field(description="作出机关")
    document_number: Reference = Field(description="文书编号；信函填写邮件编号")
    arose_on: IsoDay = Field(description="信息产生之日；信函填写寄出之日")
    obtained_on: IsoDay | None = Field(default=None, description="获取之日，未填写的为今日")
    evidence: References = Field(default_factory=list[str], description="证据编号")
    codes: SomeCodes = Field(default_factory=list[str], description="违法行为或事由代码")
    sanctions: Sanctions = Field(default_factory=list[Sanction], description="处罚种类")
    fine_fen: Fen = 0

    @field_validator("kind")
    @classmethod
    def _by_hand(cls, value: Kind) -> Kind:
        if value not in FROM_DEPARTMENTS:
            raise ValueError("该种类的记录由登记服务提供")
        return value


class ObjectToRecord(BaseModel):
    """对信用记录的异议。"""

    model_config = ConfigDict(extra="forbid")

    content: Text = Field(min_length=2, max_length=5000, description="异议内容与理由")
    evidence: References = Field(default_factory=list[str], description="证据编号")


class CheckObjection(BaseModel):
    """核查异议。"""

    model_config = ConfigDict(extra="forbid")

    findings: Text = Field(min_length=2, max_length=5000, description="核查情况与处理意见")


class Correction(BaseModel):
    """更正后的内容，未填写的不变；文号有误的，撤销后重新记录。"""

    model_config = ConfigDict(extra="forbid")

    arose_on: IsoDay | None = None
    evidence: References | None = None
    codes: SomeCodes | None = None
    sanctions: Sanctions | None = None
    fine_fen: Fen | None = None


class DecideObjection(BaseModel):
    """异议处理决定。"""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(description="correct 更正、withdraw 撤销记录、reject 驳回异议")
    reasons: Reason = Field(description="理由")
    correction: Correction | None = Field(default=None, description="更正的内容")


class RecordRead(BaseModel):
    """信用记录。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    district: str
    category: Category
    kind: Kind
    kind_text: str = ""
    status: Status
    source: str
    authority: str | None
    document_number: str | None
    evidence: Codes
    arose_on: date
    obtained_on: date
    year: int | None
    result: str | None
    codes: Codes
    sanctions: Codes
    fine_fen: int
    remedied_on: date | None
    recorded_on: date
    recorded_by: str | None
    record_by: date | None = Field(description="应记录的最后一日；缺少工作日历的为空")
    is_late: bool = Field(description="超过规定期限记录")
    rule_set: str
    withdrawn_on: date | None
    withdrawn_ground: Ground | None
    created_at: datetime
    updated_at: datetime

    def without_officers(self) -> Self:
        """For the organisation: what is recorded, not which officer recorded it."""
        return self.model_copy(update={"recorded_by": None})


class VersionRead(BaseModel):
    """记录的一个版本：谁、何时、依据哪一版规则。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    action: Action
    status: Status
    content: dict[str, Any]
    by: str | None
    at: datetime
    rule_set: str


class ObjectionRead(BaseModel):
    """异议及处理情况。"""

    model_config = ConfigDict(from_attributes=True)

    number: int
    content: str
    evidence: Codes
    received_on: date
    check_by: date
    by_organization: bool
    findings: str | None
    checked_at: datetime | None
    outcome: Outcome | None
    reasons: str | None
    decided_at: datetime | None


Versions = list[VersionRead]
Objections = list[ObjectionRead]


class RecordDetail(RecordRead):
    versions: Versions = Field(default_factory=list)
    objections: Objections = Field(default_factory=list)
