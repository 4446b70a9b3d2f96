"""Events of other services, re-declared with only the fields that are read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from liandong.events.contract import Event
from liandong.measures.events import DelistedNews, ListedNews, MeasureEndedNews


class OrganizationFacts(Event):
    """State of an organisation after the event; every registry event tells all of it."""

    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    kind: str
    status: str
    name: str
    credit_code: str | None = None
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


class OrganizationRestored(OrganizationFacts):
    type: ClassVar[str] = "cn.liandong.registry.organization.restored"


ORGANIZATION_EVENTS: tuple[type[OrganizationFacts], ...] = (
    OrganizationRegistered,
    OrganizationChanged,
    OrganizationSuspended,
    OrganizationResumed,
    OrganizationCancelled,
    OrganizationRevoked,
    OrganizationRestored,
)


class GradeEvent(Event):
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    grade: str


class GradeConfirmed(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"

    valid_from: date
    valid_until: date


class GradeAdjusted(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.adjusted"


class GradeCancelled(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.cancelled"


class GradeExpired(GradeEvent):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.expired"


class OrganizationListed(ListedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.listed"

    list: str
    listed_on: date


class OrganizationDelisted(DelistedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.delisted"

    list: str
    reason: str
    delisted_on: date


class MeasureEnded(MeasureEndedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.measure.ended"
