"""What goes over HTTP about one organisation's inspection."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from liandong.values.days import IsoDay
from liandong.values.text import Text
from registry.inspections.domain import DropCause, Regime, Severity, Status, Verdict
from registry.inspections.findings import Warned
from registry.inspections.models import Inspection
from registry.inspections.report import Report
from registry.organizations.domain import Kind
from registry.organizations.schemas import LAST_DAY


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Explained(_Closed):
    reason: Text = Field(min_length=2, max_length=1000, description="理由与依据")


class ChooseRegime(Explained):
    """认定一个组织本年度报送年度报告，或者改回年度检查。"""

    regime: Regime


class Excuse(Explained):
    """撤销逾期认定，并给予报送的期限。"""

    due_on: IsoDay = Field(le=LAST_DAY, description="报送的最后一日")


class MissingItem(_Closed):
    code: Text = Field(min_length=2, max_length=60, description="材料代码或事项")
    message: Text = Field(min_length=2, max_length=500, description="须补正的内容")


class ReturnReport(_Closed):
    """退回补正：写明须补正的全部内容。"""

    missing: list[MissingItem] = Field(min_length=1, max_length=100)


class SupervisorOpinion(_Closed):
    """业务主管单位的初审意见。拟基本合格、拟不合格的须写明理由。"""

    opinion: Verdict
    reason: Text = Field(default="", max_length=2000)
    given_on: IsoDay


class CheckResult(_Closed):
    """抽查结果。"""

    result: Text = Field(min_length=2, max_length=4000)
    checked_on: IsoDay


class GivenReason(_Closed):
    """结论理由：代码见规则集，情节轻微或者严重。"""

    code: Text = Field(min_length=2, max_length=60)
    severity: Severity


class Conclusion(_Closed):
    """结论。基本合格、不合格的须有理由；不合格的至少有一项情节严重。"""

    verdict: Verdict
    reasons: list[GivenReason] = Field(default_factory=list, max_length=50)
    explanation: Text = Field(default="", max_length=4000)


class Correction(Conclusion):
    """更正结论，由原决定人以外的人办理。"""

    reason: Text = Field(min_length=2, max_length=1000, description="更正的理由")


class OrderRectification(_Closed):
    requirements: Text = Field(min_length=2, max_length=4000, description="须整改的问题与要求")


class RectificationReport(_Closed):
    report: Text = Field(min_length=2, max_length=4000, description="整改情况")


class Examination(_Closed):
    """整改的查验意见。"""

    met: StrictBool = Field(description="整改符合要求")
    opinion: Text = Field(min_length=2, max_length=4000)


class FindingRead(BaseModel):
    pointer: str
    code: str
    message: str


class WarningRead(FindingRead):
    """提请审查人注意之处，不等于结论。"""

    model_config = ConfigDict(from_attributes=True)

    basis: str

    @classmethod
    def of(cls, one: Warned) -> "WarningRead":
        return cls.model_validate(one)


class InspectionSummary(BaseModel):
    """一个组织一个年度的年检或者年度报告。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    season_id: UUID
    organization_id: UUID
    organization_name: str
    kind: Kind
    district: str
    year: int
    regime: Regime
    status: Status
    status_label: str
    is_direct: bool
    simplified: bool = Field(description="填报简化表")
    after_bad_year: bool = Field(description="上年度逾期、基本合格或者不合格，须附整改情况报告")
    is_late: bool = Field(description="逾期后报送")
    own_last_day: date | None = Field(description="另行给予的报送期限")
    submitted_on: date | None
    registrar_on: date | None
    missed_on: date | None
    opinion: Verdict | None
    sampling_id: UUID | None
    verdict: Verdict | None
    concluded_at: datetime | None
    corrected_on: date | None
    consecutive_missed: int
    consecutive_basic: int
    consecutive_unqualified: int
    revocation_indicated: bool
    rectify_by: date | None
    drop_cause: DropCause | None

    @classmethod
    def of(cls, one: Inspection) -> "InspectionSummary":
        return cls.model_validate(_columns(one, cls))


class InspectionRead(InspectionSummary):
    due_on: date | None = Field(description="应报送的最后一日；不再等待报送的为空")
    report: Report
    missing: list[FindingRead] = Field(description="尚缺的内容和材料，不能报送")
    warnings: list[WarningRead] = Field(description="提请注意之处")
    regime_reason: str
    opinion_reason: str
    check_result: str
    review: dict[str, Any] | None
    reviewed_by: list[str]
    decided_by: list[str]
    reasons: list[GivenReason]
    explanation: str
    rectification: dict[str, Any] | None
    reason: str

    def masked(self) -> "InspectionRead":
        return self.model_copy(update={"report": self.report.masked()})


def _columns(one: Inspection, model: type[BaseModel]) -> dict[str, Any]:
    names = [name for name in model.model_fields if name != "status_label"]
    return {name: getattr(one, name) for name in names} | {"status_label": one.status.label}


def shown_whole(
    one: Inspection,
    due_on: date | None,
    missing: list[FindingRead],
    warnings: list[WarningRead],
) -> InspectionRead:
    computed = {
        "due_on": due_on,
        "report": one.content,
        "missing": missing,
        "warnings": warnings,
    }
    kept = {
        name: getattr(one, name)
        for name in InspectionRead.model_fields.keys() - InspectionSummary.model_fields.keys()
        if name not in computed
    }
    return InspectionRead.model_validate(_columns(one, InspectionSummary) | kept | computed)


class StepRead(BaseModel):
    """办理经过中的一步。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    action: str
    actor: str
    district: str
    regime: Regime
    status: Status
    verdict: Verdict | None
    reason: str
    details: dict[str, Any]
