"""What goes over HTTP about grade changes."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from evaluation.changes.domain import ChangeKind, ChangeStatus
from evaluation.grades.rules import Level
from liandong.values.text import Text


class ProposeChange(BaseModel):
    """提出降低、取消或维持等级。降低而不填 to_grade 的，降一级。"""

    model_config = ConfigDict(extra="forbid")

    grade_id: UUID
    kind: ChangeKind
    to_grade: Level | None = Field(default=None, description="降到的等级；不填则降一级")
    reason: str | None = Field(
        default=None, pattern=r"^[a-z][a-z-]{1,39}$", description="规则中的事由代码"
    )
    explanation: Text = Field(min_length=2, max_length=1000, description="事实与依据")
    review_id: UUID | None = Field(default=None, description="据以办结的等级复查")

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if self.to_grade is not None and self.kind is not ChangeKind.ADJUST:
            raise ValueError("只有降低等级时填写 to_grade")
        if self.kind is ChangeKind.KEEP:
            if self.review_id is None:
                raise ValueError("维持等级是复查的结论，应填写 review_id")
            if self.reason is not None:
                raise ValueError("维持等级不填事由代码")
        elif self.reason is None:
            raise ValueError("降低或取消等级应填写事由代码 reason")
        return self


class ChangeRead(BaseModel):
    """等级调整。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    grade_id: UUID
    organization_id: UUID
    district: str
    kind: ChangeKind
    from_grade: Level
    to_grade: Level | None
    reason: str | None
    explanation: str
    review_id: UUID | None
    status: ChangeStatus
    rule_set: str
    proposed_by: str
    decided_by: str | None
    decided_on: date | None
    created_at: datetime
    updated_at: datetime

    @computed_field(description="状态的中文名称")
    @property
    def status_label(self) -> str:
        return self.status.label
