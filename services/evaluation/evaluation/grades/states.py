"""The latest state of every grade in force (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from evaluation.grades.domain import Status
from evaluation.grades.models import Grade
from liandong.events.states import State, StateKind


class GradeState(State):
    """评估等级的最新状态, while the grade is in force. Another grade in its place, cancellation and
    the end of its term take it away; proposals and their publicity are shown to nobody here."""

    type: ClassVar[str] = "cn.liandong.evaluation.grade.state"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    district: str = Field(description="行政区划代码")
    grade: str = Field(pattern=r"^[1-5]A$", description="1A、2A、3A、4A、5A")
    round: str = Field(description="评估年度")
    confirmed_on: date
    valid_from: date
    valid_until: date = Field(description="有效期最后一日")
    adjusted_on: date | None = Field(default=None, description="最近一次降低等级的日期")
    rule_set: str


def _told(grade: Grade) -> GradeState | None:
    if grade.status is not Status.CURRENT:
        return None
    return GradeState.model_validate(
        grade.facts()
        | {
            "round": grade.round,
            "confirmed_on": grade.confirmed_on,
            "valid_from": grade.valid_from,
            "valid_until": grade.valid_until,
            "adjusted_on": grade.adjusted_on,
            "rule_set": grade.rule_set,
        }
    )


GRADE_STATES = StateKind(GradeState, Grade, _told, ever_shown=Grade.confirmed_on.is_not(None))
