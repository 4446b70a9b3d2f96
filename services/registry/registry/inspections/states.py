"""The latest state of every inspection that has a conclusion (ADR 15)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from registry.inspections.domain import Status
from registry.inspections.models import Inspection


class InspectionState(State):
    """年检结论 of one organisation and year, as it was corrected last. Steps on the way to it,
    reports that were missed and orders to rectify are told by events alone."""

    type: ClassVar[str] = "cn.liandong.registry.inspection.state"
    subject_field: ClassVar[str] = "inspection_id"

    inspection_id: UUID
    organization_id: UUID
    district: str
    year: int = Field(description="检查年度")
    regime: str = Field(description="association、service_institution、foundation 年度检查")
    verdict: str = Field(
        description="qualified 合格、basically_qualified 基本合格、unqualified 不合格"
    )
    is_late: bool = Field(description="逾期后报送")


def _told(inspection: Inspection) -> InspectionState | None:
    concluded = inspection.concluded_at is not None and inspection.verdict is not None
    if not concluded or inspection.status is Status.DROPPED:
        return None
    return InspectionState.model_validate(inspection.facts())


INSPECTION_STATES = StateKind(
    InspectionState, Inspection, _told, ever_shown=Inspection.concluded_at.is_not(None)
)
