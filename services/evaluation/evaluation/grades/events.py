"""What this service publishes about grades. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class GradeEvent(Event):
    """``grade`` is the grade after the event."""

    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    grade: str = Field(pattern=r"^[1-5]A$", description="1A、2A、3A、4A、5A")


class GradeConfirmed(GradeEvent):
    """等级确认: takes the place of the organisation's grade before it, if there was one."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"

    round: str = Field(description="评估年度")
    confirmed_on: date
    valid_from: date
    valid_until: date = Field(description="有效期最后一日")
    rule_set: str


class GradeAdjusted(GradeEvent):
    """等级调整: lowered; validity unchanged."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.adjusted"

    previous_grade: str = Field(pattern=r"^[1-5]A$")
    reason: str = Field(description="规则中的事由代码")
    adjusted_on: date


class GradeCancelled(GradeEvent):
    """等级取消: ``organisation-ended`` when the organisation was cancelled or revoked."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.cancelled"

    reason: str = Field(description="规则中的事由代码，或 organisation-ended")
    cancelled_on: date


class GradeExpired(GradeEvent):
    """等级期满: the last day has passed."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.expired"

    expired_on: date


EVENTS = (GradeConfirmed, GradeAdjusted, GradeCancelled, GradeExpired)
