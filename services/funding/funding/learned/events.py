"""Other services' events, with only the fields read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from liandong.events.contract import Event
from liandong.measures.events import DelistedNews, ListedNews, MeasureEndedNews


class SiteRecognized(Event):
    type: ClassVar[str] = "cn.liandong.supply-demand.site.recognized"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    organization_id: UUID
    district: str
    kind: str
    recognized_on: date


class SiteWithdrawn(Event):
    type: ClassVar[str] = "cn.liandong.supply-demand.site.withdrawn"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    organization_id: UUID
    reason: str
    withdrawn_on: date


class GradeConfirmed(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.confirmed"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    district: str
    grade: str
    round: str
    confirmed_on: date


class GradeAdjusted(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.adjusted"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    previous_grade: str
    grade: str
    adjusted_on: date


class GradeCancelled(Event):
    type: ClassVar[str] = "cn.liandong.evaluation.grade.cancelled"
    subject_field: ClassVar[str] = "grade_id"

    grade_id: UUID
    organization_id: UUID
    reason: str
    cancelled_on: date


class OrganizationListed(ListedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.listed"

    list: str
    listed_on: date


class OrganizationDelisted(DelistedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.delisted"

    delisted_on: date


class MeasureEnded(MeasureEndedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.measure.ended"


class OrganizationStatus(Event):
    """What the events of an organisation's status have in common."""

    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    status: str


class OrganizationSuspended(OrganizationStatus):
    type: ClassVar[str] = "cn.liandong.registry.organization.suspended"


class OrganizationResumed(OrganizationStatus):
    type: ClassVar[str] = "cn.liandong.registry.organization.resumed"


class OrganizationCancelled(OrganizationStatus):
    type: ClassVar[str] = "cn.liandong.registry.organization.cancelled"


class OrganizationRevoked(OrganizationStatus):
    type: ClassVar[str] = "cn.liandong.registry.organization.revoked"


class OrganizationRestored(OrganizationStatus):
    """The revocation was withdrawn, and counts as never made."""

    type: ClassVar[str] = "cn.liandong.registry.organization.restored"


ORGANIZATION_EVENTS: tuple[type[OrganizationStatus], ...] = (
    OrganizationSuspended,
    OrganizationResumed,
    OrganizationCancelled,
    OrganizationRevoked,
    OrganizationRestored,
)
