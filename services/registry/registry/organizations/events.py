"""What the registry publishes about organisations. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class OrganizationFacts(Event):
    """The state of an organisation after the event."""

    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    kind: str = Field(description="association、service_institution、foundation、community_group")
    status: str = Field(description="active、suspended、cancelled、revoked")
    name: str
    credit_code: str | None = Field(default=None, description="统一社会信用代码")
    filing_number: str | None = Field(default=None, description="备案编号")
    district: str = Field(description="行政区划代码")
    service_field: str = ""
    is_community: bool = False
    is_hub: bool = False
    nature: str | None = Field(default=None, description="service、charity、mutual_aid；未填写为空")
    is_charity: bool = Field(default=False, description="慈善组织")
    registered_on: date


class OrganizationRegistered(OrganizationFacts):
    """成立登记或备案: the organisation exists from now on."""

    type: ClassVar[str] = "cn.liandong.registry.organization.registered"


class OrganizationChanged(OrganizationFacts):
    """变更登记: ``changed`` names the items."""

    type: ClassVar[str] = "cn.liandong.registry.organization.changed"
    changed: list[str] = Field(default_factory=list)
    former_district: str | None = Field(
        default=None, description="迁移前的行政区划代码；行政区划没有变更的为空"
    )


class OrganizationSuspended(OrganizationFacts):
    """限期停止活动 until the day given, inclusive."""

    type: ClassVar[str] = "cn.liandong.registry.organization.suspended"
    suspended_until: date


class OrganizationResumed(OrganizationFacts):
    """恢复活动: the suspension ended."""

    type: ClassVar[str] = "cn.liandong.registry.organization.resumed"


class OrganizationCancelled(OrganizationFacts):
    """注销登记."""

    type: ClassVar[str] = "cn.liandong.registry.organization.cancelled"
    cancelled_on: date


class OrganizationRevoked(OrganizationFacts):
    """撤销登记."""

    type: ClassVar[str] = "cn.liandong.registry.organization.revoked"
    revoked_on: date


class OrganizationRestored(OrganizationFacts):
    """恢复登记: the revocation was withdrawn, and counts as never made."""

    type: ClassVar[str] = "cn.liandong.registry.organization.restored"
    restored_on: date


EVENTS = (
    OrganizationRegistered,
    OrganizationChanged,
    OrganizationSuspended,
    OrganizationResumed,
    OrganizationCancelled,
    OrganizationRevoked,
    OrganizationRestored,
)
