"""What goes over HTTP about grades."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    computed_field,
    model_validator,
)

from evaluation.grades.domain import Status
from evaluation.grades.models import Grade, Source
from evaluation.grades.rules import Level
from liandong.values.text import Text

ROUND_PATTERN = r"^(?:19|20)[0-9]{2}(?:-[1-9])?$"
Round = Annotated[
    str, Field(pattern=ROUND_PATTERN, description="评估年度，例如 2018；同年第二批 2018-2")
]
Score = Annotated[
    Decimal,
    Field(ge=0, le=2000, max_digits=6, decimal_places=2, description="评估得分"),
    PlainSerializer(
        lambda value: format(value.normalize(), "f"), return_type=str, when_used="json"
    ),
]


class Committee(BaseModel):
    """评估委员会记名表决。"""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    members: int = Field(ge=1, le=200, description="全体委员人数")
    present: int = Field(ge=0, le=200, description="到会委员人数")
    yes: int = Field(ge=0, le=200, description="同意票数")


class ProposeGrade(BaseModel):
    """拟定等级：评估委员会的结论。"""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID
    grade: Level
    round: Round
    score: Score | None = None
    committee: Committee


class CorrectGrade(BaseModel):
    """更正拟定等级：只填写要更正的事项；公示后更正的须重新公示。"""

    model_config = ConfigDict(extra="forbid")

    grade: Level | None = None
    round: Round | None = None
    score: Score | None = Field(default=None, description="填 null 删除得分")
    committee: Committee | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("没有填写要更正的事项")
        empty = [
            name
            for name in sorted(self.model_fields_set - {"score"})
            if getattr(self, name) is None
        ]
        if empty:
            raise ValueError(f"更正事项不能为空值：{'、'.join(empty)}")
        return self


class WithdrawGrade(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(min_length=2, max_length=500, description="撤回原因")


class GradeRead(BaseModel):
    """评估等级。得分、表决与经办人只向主管部门显示。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    credit_code: str
    organization_name: str
    district: str
    grade: Level
    awarded_grade: Level = Field(description="确认时的等级；调整后与 grade 不同")
    round: str
    status: Status
    source: Source
    score: Score | None
    committee: Committee | None = Field(validation_alias="vote")
    proposed_by: str | None
    decided_by: str | None
    publicised_on: date | None
    publicity_ends_on: date | None = Field(description="公示最后一日")
    confirmed_on: date | None
    valid_from: date | None
    valid_until: date | None = Field(description="有效期最后一日")
    rule_set: str | None
    adjusted_on: date | None
    ended_on: date | None
    end_reason: str | None
    created_at: datetime
    updated_at: datetime

    @computed_field(description="状态的中文名称")
    @property
    def status_label(self) -> str:
        return self.status.label

    @classmethod
    def of(cls, grade: Grade, *, official: bool) -> Self:
        read = cls.model_validate(grade)
        if official:
            return read
        hidden = ("score", "committee", "proposed_by", "decided_by")
        return read.model_copy(update=dict.fromkeys(hidden))


class LevelCount(BaseModel):
    grade: Level
    count: int


class GradeSummary(BaseModel):
    """各等级数量，由高到低。"""

    round: str
    district: str
    total: int
    counts: list[LevelCount]
