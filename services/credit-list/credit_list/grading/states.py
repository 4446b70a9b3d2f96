"""The latest credit grade of every organisation that is graded (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.grading.models import CreditGrade
from liandong.events.states import State, StateKind


class CreditGradeState(State):
    """信用等级与监管等级 as evaluated last; it goes when the organisation is graded no longer."""

    type: ClassVar[str] = "cn.liandong.credit-list.credit-grade.state"
    subject_field: ClassVar[str] = "credit_grade_id"

    credit_grade_id: UUID
    organization_id: UUID
    district: str
    grade: str = Field(description="A、B、C、D")
    score: int
    supervision_level: str = Field(description="relaxed、standard、strengthened、key")
    sampling_weight: str = Field(description="抽查权重代码：low、normal、high、highest")
    checks_per_year: int = Field(description="每年检查次数")
    evaluated_on: date
    rule_set: str


def _told(grade: CreditGrade) -> CreditGradeState | None:
    if grade.ended_on is not None:
        return None
    return CreditGradeState(
        credit_grade_id=grade.id,
        organization_id=grade.organization_id,
        district=grade.district,
        grade=grade.grade.value,
        score=grade.score,
        supervision_level=grade.supervision_level.value,
        sampling_weight=grade.sampling_weight,
        checks_per_year=grade.checks_per_year,
        evaluated_on=grade.evaluated_on,
        rule_set=grade.rule_set,
    )


CREDIT_GRADE_STATES = StateKind(CreditGradeState, CreditGrade, _told)
