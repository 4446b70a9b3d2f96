"""The latest state of every organisation, for partners who begin today (ADR 15)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.states import State, StateKind
from registry.organizations.models import Organization


class OrganizationState(State):
    """社会组织的最新状态: the public facts of the register, also of a body that has ended."""

    type: ClassVar[str] = "cn.liandong.registry.organization.state"
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


def _told(organization: Organization) -> OrganizationState:
    return OrganizationState(**organization.facts())


ORGANIZATION_STATES = StateKind(OrganizationState, Organization, _told)
