"""What the registry publishes about rectification. An order is public when it was served."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class RectificationFacts(Event):
    """An order to rectify as it stands after the event."""

    subject_field: ClassVar[str] = "rectification_id"

    rectification_id: UUID
    organization_id: UUID
    district: str
    status: str = Field(description="ordered、submitted、completed、withdrawn")
    source: str = Field(description="check、penalty、inspection、other")
    source_id: UUID | None = None
    codes: list[str] = Field(description="须整改问题的代码")
    due_on: date = Field(description="整改期限的最后一日")


class RectificationOrdered(RectificationFacts):
    """责令整改通知已送达."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.ordered"


class RectificationExtended(RectificationFacts):
    """整改期限延长 to the new ``due_on``."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.extended"


class RectificationReminded(RectificationFacts):
    """The deadline is near."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.reminded"


class RectificationSubmitted(RectificationFacts):
    """The body reports that it has put things right."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.submitted"
    submitted_on: date


class RectificationReturned(RectificationFacts):
    """复查不合格: it is to be done again, within the same deadline."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.returned"


class RectificationOverdue(RectificationFacts):
    """逾期未整改; told once."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.overdue"
    overdue_on: date


class RectificationCompleted(RectificationFacts):
    """复查合格."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.completed"
    completed_on: date
    in_time: bool


class RectificationWithdrawn(RectificationFacts):
    """The order, which had been served, is withdrawn and counts as never given."""

    type: ClassVar[str] = "cn.liandong.registry.rectification.withdrawn"
    withdrawn_on: date


EVENTS = (
    RectificationOrdered,
    RectificationExtended,
    RectificationReminded,
    RectificationSubmitted,
    RectificationReturned,
    RectificationOverdue,
    RectificationCompleted,
    RectificationWithdrawn,
)
