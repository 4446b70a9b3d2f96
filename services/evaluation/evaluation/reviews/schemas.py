"""What goes over HTTP about grade reviews."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evaluation.reviews.models import ReviewOutcome, ReviewStatus


class ReviewRead(BaseModel):
    """等级复查。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    grade_id: UUID
    organization_id: UUID
    district: str
    listing_id: UUID = Field(description="引起复查的信用名单记录")
    trigger: str
    opened_on: date
    due_on: date | None = Field(description="办理期限的最后一日，由规则规定")
    rule_set: str | None
    handled_by: str | None = Field(description="经办人")
    status: ReviewStatus
    outcome: ReviewOutcome | None
    change_id: UUID | None = Field(description="据以办结的等级调整")
    settled_by: str | None
    settled_on: date | None
    created_at: datetime
    updated_at: datetime
