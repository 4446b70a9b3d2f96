"""What the registry publishes about applications.

Payloads carry no personal data, and no free text that could: reasons are read over HTTP.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event
from registry.applications.domain import Matter


class ApplicationFacts(Event):
    """The state of an application after the event."""

    subject_field: ClassVar[str] = "application_id"

    application_id: UUID
    matter: str = Field(description="、".join(Matter))
    kind: str = Field(description="association、service_institution、foundation、community_group")
    status: str
    district: str = Field(description="登记管理机关所在区划")
    organization_id: UUID | None = None
    organization_name: str = Field(description="名称；成立登记为预留的名称")
    items: list[str] = Field(default_factory=list, description="涉及的登记事项；* 为全部")


class ApplicationSubmitted(ApplicationFacts):
    """提交: the registration organ has received it."""

    type: ClassVar[str] = "cn.liandong.registry.application.submitted"
    due_on: date = Field(description="应受理或者一次性告知的最后一日")


class ApplicationCorrectionRequested(ApplicationFacts):
    """一次性告知补正: the applicant was told everything that is missing."""

    type: ClassVar[str] = "cn.liandong.registry.application.correction-requested"
    missing: list[str] = Field(description="须补正的材料和事项的代码")


class ApplicationAccepted(ApplicationFacts):
    """受理."""

    type: ClassVar[str] = "cn.liandong.registry.application.accepted"
    deemed: bool = Field(description="逾期未告知，自收到之日起视为受理（行政许可法第三十二条）")
    due_on: date = Field(description="应作出决定的最后一日")


class ApplicationNotAccepted(ApplicationFacts):
    """不予受理."""

    type: ClassVar[str] = "cn.liandong.registry.application.not-accepted"


class ApplicationConsultationBegun(ApplicationFacts):
    """征求意见或专家评审."""

    type: ClassVar[str] = "cn.liandong.registry.application.consultation-begun"
    cause: str = Field(description="departments 征求部门意见；experts 专家评审")
    clock_stopped: bool = Field(description="所需时间不计算在期限内（行政许可法第四十五条）")
    expected_days: int = Field(description="告知申请人的所需天数")


class ApplicationConsultationEnded(ApplicationFacts):
    """The review goes on."""

    type: ClassVar[str] = "cn.liandong.registry.application.consultation-ended"
    due_on: date = Field(description="应作出决定的最后一日")


class ApplicationSupervisorRefused(ApplicationFacts):
    """业务主管单位不同意."""

    type: ClassVar[str] = "cn.liandong.registry.application.supervisor-refused"


class ApplicationReviewed(ApplicationFacts):
    """提出审查意见."""

    type: ClassVar[str] = "cn.liandong.registry.application.reviewed"


class ApplicationExtended(ApplicationFacts):
    """延长决定期限: the decision may take longer."""

    type: ClassVar[str] = "cn.liandong.registry.application.extended"
    days: int = Field(description="延长的日数，与决定期限同为自然日或者工作日")
    due_on: date | None = Field(default=None, description="应作出决定的最后一日；暂停计时的为空")


class ApplicationReturned(ApplicationFacts):
    """退回重新审查."""

    type: ClassVar[str] = "cn.liandong.registry.application.returned"


class ApplicationApproved(ApplicationFacts):
    """准予登记."""

    type: ClassVar[str] = "cn.liandong.registry.application.approved"
    decided_on: date


class ApplicationRefused(ApplicationFacts):
    """不予登记, with reasons."""

    type: ClassVar[str] = "cn.liandong.registry.application.refused"
    decided_on: date


class ApplicationCertified(ApplicationFacts):
    """发证: what was applied for holds from now on."""

    type: ClassVar[str] = "cn.liandong.registry.application.certified"
    certified_on: date


class ApplicationCompleted(ApplicationFacts):
    """办结, announced where the law demands it."""

    type: ClassVar[str] = "cn.liandong.registry.application.completed"
    announced: bool
    completed_on: date


class ApplicationWithdrawn(ApplicationFacts):
    """撤回."""

    type: ClassVar[str] = "cn.liandong.registry.application.withdrawn"


class ApplicationReminded(ApplicationFacts):
    """The time of the present stage runs out, or has."""

    type: ClassVar[str] = "cn.liandong.registry.application.reminded"
    stage: str = Field(description="acceptance、decision、certificate、announcement")
    notice: str = Field(
        description="due-soon 临近到期；promise-broken 超过承诺期限；overdue 超过法定期限"
    )
    due_on: date = Field(description="法定期限的最后一日")


EVENTS = (
    ApplicationSubmitted,
    ApplicationCorrectionRequested,
    ApplicationAccepted,
    ApplicationNotAccepted,
    ApplicationConsultationBegun,
    ApplicationConsultationEnded,
    ApplicationSupervisorRefused,
    ApplicationReviewed,
    ApplicationExtended,
    ApplicationReturned,
    ApplicationApproved,
    ApplicationRefused,
    ApplicationCertified,
    ApplicationCompleted,
    ApplicationWithdrawn,
    ApplicationReminded,
)
