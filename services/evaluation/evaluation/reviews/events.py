"""What this service publishes about reviews. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class ReviewEvent(Event):
    """``listing_id`` is the listing that asked for the review."""

    subject_field: ClassVar[str] = "review_id"

    review_id: UUID
    grade_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    listing_id: UUID
    due_on: date | None = Field(default=None, description="办理期限的最后一日")


class ReviewOpened(ReviewEvent):
    """等级复查开启: the grade stays in force until officials have decided."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade-review.opened"

    opened_on: date


class ReviewOverdue(ReviewEvent):
    """等级复查逾期未办结: said once."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade-review.overdue"


class ReviewSettled(ReviewEvent):
    """等级复查办结."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade-review.settled"

    outcome: str = Field(description="adjust 降低、cancel 取消、keep 维持、grade-ended 等级已终止")
    settled_on: date


EVENTS = (ReviewOpened, ReviewOverdue, ReviewSettled)
