"""What credit-list publishes about measures. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class MeasureEnded(Event):
    """措施期限届满: one measure ends by its own term while the listing stands. The executing
    service lifts it. (With the listing, all its measures end: ``organization.delisted``.)"""

    type: ClassVar[str] = "cn.liandong.credit-list.measure.ended"
    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = Field(description="作出列入决定的机关所在行政区划")
    listing_version: int = Field(description="列入记录的版本，回执时原样带回")
    measure: str = Field(description="措施代码")
    effect: str = Field(description="执行服务据以行动的效果代码")
    executor: str = Field(description="执行服务；external 为其他部门")
    acknowledge: bool = Field(default=True, description="要求执行服务回执")
    ended_on: date


EVENTS = (MeasureEnded,)
