"""What credit-list publishes about credit grades: codes and numbers."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class CreditGradeChanged(Event):
    """信用等级或者监管等级改变; said of the first evaluation as well."""

    type: ClassVar[str] = "cn.liandong.credit-list.credit-grade.changed"
    subject_field: ClassVar[str] = "credit_grade_id"

    credit_grade_id: UUID
    organization_id: UUID
    district: str
    grade: str = Field(description="A、B、C、D")
    former_grade: str | None = Field(default=None, description="此前的等级；首次评价的为空")
    score: int
    supervision_level: str = Field(description="relaxed、standard、strengthened、key")
    sampling_weight: str = Field(description="抽查权重代码：low、normal、high、highest")
    checks_per_year: int = Field(description="每年检查次数")
    evaluated_on: date
    rule_set: str


EVENTS = (CreditGradeChanged,)
