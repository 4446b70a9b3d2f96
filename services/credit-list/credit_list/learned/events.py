"""Other services' events, with the fields that are read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

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
