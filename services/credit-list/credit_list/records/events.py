"""What credit-list publishes about credit records: codes, no free text, no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.texts import Codes
from liandong.events.contract import Event


class RecordFacts(Event):
    """A credit record as it stands after the event."""

    subject_field: ClassVar[str] = "record_id"

    record_id: UUID
    organization_id: UUID
    district: str
    category: str = Field(description="basic、annual_report、check、penalty、other")
    kind: str = Field(description="记录种类代码")
    status: str = Field(description="recorded、objected、checked、withdrawn")
    source: str = Field(description="department 其他部门；registry.… 登记服务")
    arose_on: date = Field(description="信息产生之日")
    year: int | None = Field(default=None, description="检查年度")
    result: str | None = Field(default=None, description="结论代码")
    sanctions: Codes = Field(default_factory=list, description="处罚种类")
    fine_fen: int = 0
    remedied_on: date | None = Field(default=None, description="事后完成整改之日")
    recorded_on: date
    is_late: bool = Field(description="超过规定期限记录")


class RecordRecorded(RecordFacts):
    """记入信用信息; again for a fact that its source had taken back."""

    type: ClassVar[str] = "cn.liandong.credit-list.record.recorded"


class RecordCorrected(RecordFacts):
    """更正, by the source or after an objection."""

    type: ClassVar[str] = "cn.liandong.credit-list.record.corrected"


class RecordWithdrawn(RecordFacts):
    """撤销: it counts no longer and is shown to nobody outside."""

    type: ClassVar[str] = "cn.liandong.credit-list.record.withdrawn"
    withdrawn_on: date
    ground: str = Field(description="source 来源撤销、objection 异议成立、ended 来源所定的期限届满")


EVENTS = (RecordRecorded, RecordCorrected, RecordWithdrawn)
