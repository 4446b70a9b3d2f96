"""Events of other services, with only the fields read here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from liandong.events.contract import Event
from liandong.measures.events import DelistedNews, ListedNews, MeasureEndedNews


class OrganizationFacts(Event):
    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    kind: str
    status: str
    name: str
    credit_code: str | None = None
    district: str
    registered_on: date


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


class OrganizationListed(ListedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.listed"

    list: str
    trigger: str
    listed_on: date


class OrganizationDelisted(DelistedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.organization.delisted"

    reason: str
    delisted_on: date


class MeasureEnded(MeasureEndedNews):
    type: ClassVar[str] = "cn.liandong.credit-list.measure.ended"
