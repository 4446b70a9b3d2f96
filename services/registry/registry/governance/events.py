"""What the registry publishes about governance. Who holds a post is nobody's event."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event
from registry.organizations.events import OrganizationFacts


class TermBegun(OrganizationFacts):
    """换届结果备案: a new term of office is on record."""

    type: ClassVar[str] = "cn.liandong.registry.organization.term-begun"
    number: int = Field(description="届次")
    elected_on: date
    term_from: date
    term_until: date
    is_late: bool = Field(description="逾期备案")


class TermExtended(OrganizationFacts):
    """延期换届: the term lasts longer."""

    type: ClassVar[str] = "cn.liandong.registry.organization.term-extended"
    number: int
    term_until: date


class TemporaryCertificateIssued(OrganizationFacts):
    """临时证书: the term has run out and the re-election is still to come."""

    type: ClassVar[str] = "cn.liandong.registry.organization.temporary-certificate-issued"
    certificate_from: date
    certificate_until: date


class PostsChanged(OrganizationFacts):
    """任职变动: how many hold office now; not who."""

    type: ClassVar[str] = "cn.liandong.registry.organization.posts-changed"
    councillors: int = Field(description="理事人数")
    supervisors: int = Field(description="监事人数")


class _Reminder(OrganizationFacts):
    """The subject is the organisation's reminder, with a sequence of its own: a reminder changes
    nothing in the register, so the organisation's version and sequence stay as they are. The key
    is the organisation's id, as of all its events: their order among them is kept."""

    subject_field: ClassVar[str] = "reminder_id"

    reminder_id: UUID = Field(description="到期提醒的编号；序号为该提醒的序号，不是组织的版本")


class OrganizationExpiring(_Reminder):
    """登记证书或届期将满: a reminder, not a change of the organisation."""

    type: ClassVar[str] = "cn.liandong.registry.organization.expiring"
    what: str = Field(description="certificate 登记证书；term 届期")
    last_day: date
    days_left: int


class OrganizationExpired(_Reminder):
    """登记证书或届期已满: told once for each last day; not a change of the organisation."""

    type: ClassVar[str] = "cn.liandong.registry.organization.expired"
    what: str = Field(description="certificate 登记证书；term 届期")
    last_day: date


EVENTS: tuple[type[Event], ...] = (
    TermBegun,
    TermExtended,
    TemporaryCertificateIssued,
    PostsChanged,
    OrganizationExpiring,
    OrganizationExpired,
)
