"""What the registry publishes about major activities."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class ActivityFacts(Event):
    """The reported activity after the event."""

    subject_field: ClassVar[str] = "activity_id"

    activity_id: UUID
    organization_id: UUID
    district: str
    status: str
    kind: str = Field(description="festival、show、contest、gathering")
    starts_on: date
    ends_on: date
    participants: int = Field(description="预计参加人数")
    is_late: bool = Field(description="未按规定的时间提前报告")
    needs_permit: bool = Field(description="另须公安机关许可的大型群众性活动")


class ActivityReported(ActivityFacts):
    """报告重大活动."""

    type: ClassVar[str] = "cn.liandong.registry.activity.reported"


class ActivityAmended(ActivityFacts):
    """修改报告."""

    type: ClassVar[str] = "cn.liandong.registry.activity.amended"


class ActivityAnswered(ActivityFacts):
    """街道（乡镇）答复: the status says how."""

    type: ClassVar[str] = "cn.liandong.registry.activity.answered"


class ActivityCancelled(ActivityFacts):
    """取消活动."""

    type: ClassVar[str] = "cn.liandong.registry.activity.cancelled"


class ActivityConcluded(ActivityFacts):
    """报告结果."""

    type: ClassVar[str] = "cn.liandong.registry.activity.concluded"
    incident: bool = Field(description="活动中发生需要处置的情况")


class ActivityResultOverdue(ActivityFacts):
    """活动结果逾期未报."""

    type: ClassVar[str] = "cn.liandong.registry.activity.result-overdue"
    due_on: date


EVENTS = (
    ActivityReported,
    ActivityAmended,
    ActivityAnswered,
    ActivityCancelled,
    ActivityConcluded,
    ActivityResultOverdue,
)
