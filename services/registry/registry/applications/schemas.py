"""What goes over HTTP about applications."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.credit_code import SocialOrganizationCode
from liandong.values.days import IsoDay
from liandong.values.masking import mask_name
from liandong.values.periods import Urgency
from liandong.values.text import Text
from registry.applications.clocks import Stage, Standing
from registry.applications.content import Content
from registry.applications.domain import Matter, Status
from registry.applications.models import Application
from registry.organizations.domain import Kind
from registry.organizations.schemas import LAST_DAY


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApplicationForm(_Closed):
    """申请。草稿可以不完整；缺少的材料和事项在查询时逐项列出。"""

    content: Content
    applicant: Text = Field(min_length=2, max_length=100, description="申请人或经办人姓名")
    documents: list[Annotated[Text, Field(max_length=60)]] = Field(
        default_factory=list, max_length=50, description="已递交材料的代码"
    )


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=1000, description="理由与依据")


class Withdrawal(_Closed):
    reason: Text = Field(min_length=2, max_length=500, description="撤回的原因")


class MissingItem(_Closed):
    """须补正的一项。"""

    code: Text = Field(min_length=2, max_length=60, description="材料代码或事项")
    message: Text = Field(min_length=2, max_length=500, description="须补正的内容")


class CorrectionRequest(_Closed):
    """一次性告知申请人须补正的全部内容。"""

    missing: list[MissingItem] = Field(min_length=1, max_length=100)


class Consultation(_Closed):
    """征求意见或专家评审；所需时间应当告知申请人。"""

    cause: Literal["departments", "experts"] = Field(
        description="departments 征求有关部门意见；experts 组织专家评审"
    )
    asked: Text = Field(min_length=2, max_length=500, description="征求意见的单位或评审的安排")
    expected_days: int = Field(ge=1, le=365, description="所需天数")
    applicant_told_on: IsoDay = Field(description="书面告知申请人的日期")


class DecisionExtension(_Closed):
    """延长作出决定的期限，限一次；应将理由告知申请人。"""

    days: int = Field(ge=1, le=365, description="延长的日数，不超过规则集所定")
    approval: Text = Field(min_length=2, max_length=200, description="批准延长的文号")
    reason: Text = Field(min_length=2, max_length=500, description="延长的理由")
    applicant_told_on: IsoDay = Field(description="将理由告知申请人的日期")


class ConsultationResult(_Closed):
    result: Text = Field(min_length=2, max_length=2000, description="反馈的意见")


class Review(_Closed):
    opinion: Text = Field(min_length=2, max_length=2000, description="审查意见")


class Certification(_Closed):
    """发证。成立登记须填写统一社会信用代码；成立登记和换发证书须填写证书有效期。"""

    credit_code: SocialOrganizationCode | None = None
    certificate_from: IsoDay | None = Field(default=None, le=LAST_DAY)
    certificate_until: IsoDay | None = Field(default=None, le=LAST_DAY)


class Announcement(_Closed):
    medium: Text = Field(min_length=2, max_length=200, description="公告的媒介")
    announced_on: IsoDay


class FindingRead(BaseModel):
    """一处缺漏或不符合条件之处，写明依据。"""

    pointer: str
    code: str
    message: str


class StandingRead(BaseModel):
    """当前办理时限。"""

    model_config = ConfigDict(from_attributes=True)

    stage: Stage
    due_on: date | None = Field(description="法定期限的最后一日；暂停计时时为空")
    promised_on: date | None = Field(description="承诺期限的最后一日")
    urgency: Urgency
    is_provisional: bool = Field(description="所涉年份的工作日历尚未公布，日期为暂计")


class ApplicationSummary(BaseModel):
    """申请。申请人脱敏。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    matter: Matter
    kind: Kind
    status: Status
    status_label: str
    district: str
    organization_id: UUID | None
    organization_name: str
    items: list[str]
    applicant: str
    submitted_on: date | None
    accepted_on: date | None
    accepted_by_silence: bool
    decided_on: date | None
    certified_on: date | None
    completed_on: date | None
    clock: StandingRead | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, application: Application, standing: Standing | None) -> "ApplicationSummary":
        return cls.model_validate(_shown(application, standing))


class ApplicationRead(ApplicationSummary):
    """一件申请的全部内容。个人信息按权限脱敏。"""

    content: Content
    documents: list[str] = Field(description="已递交纸质件的材料代码")
    attached: list[str] = Field(description="已有附件的材料代码")
    findings: list[FindingRead] = Field(description="现在仍缺少的材料和不符合的条件")
    corrections: list[dict[str, Any]] = Field(description="历次告知补正的内容")
    consultations: list[dict[str, Any]] = Field(description="历次征求意见和专家评审")
    extension: dict[str, Any] | None = Field(description="延长决定期限的日数、理由和批准文号")
    opinion: str
    reviewed_by: list[str]
    decided_by: str | None
    reason: str
    rule_set: str

    def masked(self) -> "ApplicationRead":
        return self.model_copy(
            update={"applicant": mask_name(self.applicant), "content": self.content.masked()}
        )


def _shown(application: Application, standing: Standing | None) -> dict[str, Any]:
    columns = {name: getattr(application, name) for name in ApplicationSummary.model_fields
               if name not in ("status_label", "clock")}  # fmt: skip
    return {
        **columns,
        "applicant": mask_name(application.applicant),
        "status_label": application.status.label,
        "clock": None if standing is None else StandingRead.model_validate(standing),
    }


def shown_whole(
    application: Application, standing: Standing | None, findings: list[FindingRead]
) -> ApplicationRead:
    return ApplicationRead.model_validate(
        _shown(application, standing)
        | {
            name: getattr(application, name)
            for name in ApplicationRead.model_fields.keys() - ApplicationSummary.model_fields.keys()
            if name != "findings"
        }
        | {"applicant": application.applicant, "findings": findings}
    )
