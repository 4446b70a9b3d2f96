"""The latest state of every credit record that may be shared (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.records.domain import Status
from credit_list.records.keeping import facts_told
from credit_list.records.models import CreditRecord
from credit_list.texts import Codes
from liandong.events.states import State, StateKind


class RecordState(State):
    """信用信息的最新状态: codes and sums, no document and no text. It goes when the record is
    withdrawn, and when the registry stops publishing the penalty that it tells of."""

    type: ClassVar[str] = "cn.liandong.credit-list.record.state"
    subject_field: ClassVar[str] = "record_id"

    record_id: UUID
    organization_id: UUID
    district: str
    category: str = Field(description="basic、annual_report、check、penalty、other")
    kind: str = Field(description="记录种类代码")
    status: str = Field(description="recorded、objected、checked")
    source: str = Field(description="department 其他部门；registry.… 登记服务")
    arose_on: date = Field(description="信息产生之日")
    year: int | None = Field(default=None, description="检查年度")
    result: str | None = Field(default=None, description="结论代码")
    sanctions: Codes = Field(default_factory=list, description="处罚种类")
    fine_fen: int = 0
    remedied_on: date | None = Field(default=None, description="事后完成整改之日")
    recorded_on: date
    is_late: bool = Field(description="超过规定期限记录")


def _told(record: CreditRecord) -> RecordState | None:
    if record.status is Status.WITHDRAWN or record.unpublished_on is not None:
        return None
    return RecordState.model_validate(facts_told(record))


RECORD_STATES = StateKind(RecordState, CreditRecord, _told)
