"""Other services' events, with the fields that are read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class OrganizationFacts(Event):
    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    kind: str
    status: str
    name: str
    credit_code: str | None = None
    filing_number: str | None = None
    district: str


class OrganizationRegistered(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.registered"


class OrganizationChanged(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.changed"


class OrganizationSuspended(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.suspended"


class OrganizationResumed(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.resumed"


class OrganizationCancelled(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.cancelled"


class OrganizationRevoked(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.revoked"
    revoked_on: date


class GradeConfirmed(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    grade: str
    valid_from: date
    valid_until: date


class GradeAdjusted(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.adjusted"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    grade: str


class GradeCancelled(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.cancelled"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID


class GradeExpired(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.expired"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID


class OrganizationRestored(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.restored"


class InspectionFacts(Event):
    """One organisation's inspection as it stands after the event."""

    subject_field: ClassVar[str] = "inspection_id"

    inspection_id: UUID
    organization_id: UUID
    district: str
    year: int
    verdict: str | None = None
    reason_codes: list[str] = Field(default_factory=list)


class InspectionConcluded(InspectionFacts):
    type: ClassVar[str] = "cn.liandong.registry.inspection.concluded"


class InspectionCorrected(InspectionFacts):
    type: ClassVar[str] = "cn.liandong.registry.inspection.corrected"


class InspectionMissed(InspectionFacts):
    type: ClassVar[str] = "cn.liandong.registry.inspection.missed"


class InspectionMissWithdrawn(InspectionFacts):
    type: ClassVar[str] = "cn.liandong.registry.inspection.miss-withdrawn"


class InspectionRectificationFailed(InspectionFacts):
    type: ClassVar[str] = "cn.liandong.registry.inspection.rectification-failed"
    overdue: bool


class PenaltyFacts(Event):
    """A penalty as it stands after the event."""

    subject_field: ClassVar[str] = "penalty_id"

    penalty_id: UUID
    organization_id: UUID
    district: str
    authority: str | None = None
    authority_credit_code: str | None = None
    decision_number: str
    sanctions: list[str]
    violations: list[str]
    fine_fen: int = 0
    decided_on: date


class PenaltyServed(PenaltyFacts):
    type: ClassVar[str] = "cn.liandong.registry.penalty.served"
    served_on: date


class PenaltyExecuted(PenaltyFacts):
    type: ClassVar[str] = "cn.liandong.registry.penalty.executed"


class PenaltyPublished(PenaltyFacts):
    type: ClassVar[str] = "cn.liandong.registry.penalty.published"
    publication_class: str
    publication_until: date


class PenaltyUnpublished(PenaltyFacts):
    type: ClassVar[str] = "cn.liandong.registry.penalty.unpublished"
    unpublished_on: date


class PenaltyWithdrawn(PenaltyFacts):
    type: ClassVar[str] = "cn.liandong.registry.penalty.withdrawn"


class RectificationFacts(Event):
    """An order to rectify as it stands after the event."""

    subject_field: ClassVar[str] = "rectification_id"

    rectification_id: UUID
    organization_id: UUID
    district: str
    codes: list[str]
    due_on: date


class RectificationOverdue(RectificationFacts):
    type: ClassVar[str] = "cn.liandong.registry.rectification.overdue"
    overdue_on: date


class RectificationCompleted(RectificationFacts):
    type: ClassVar[str] = "cn.liandong.registry.rectification.completed"
    completed_on: date
    in_time: bool


class RectificationWithdrawn(RectificationFacts):
    type: ClassVar[str] = "cn.liandong.registry.rectification.withdrawn"


class CheckConcluded(Event):
    type: ClassVar[str] = "cn.liandong.registry.check.concluded"
    subject_field: ClassVar[str] = "check_id"

    check_id: UUID
    organization_id: UUID
    district: str
    result: str
    codes: list[str]
    concluded_on: date
