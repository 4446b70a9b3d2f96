"""What the registry publishes about hubs; the key of all of it is the hub."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class HubMembershipFacts(Event):
    """A membership and the hub's counts after the event."""

    subject_field: ClassVar[str] = "organization_id"

    organization_id: UUID = Field(description="枢纽型社会组织")
    district: str = Field(description="枢纽型社会组织所在区划")
    membership_id: UUID
    joined_organization_id: UUID = Field(description="成员组织")
    joined_on: date
    left_on: date | None = Field(default=None, description="自该日起不再是成员")
    is_public_benefit: bool = Field(description="公益性组织")
    count: int = Field(description="当日成员组织数")
    public_benefit_count: int = Field(description="当日公益性成员组织数")


class HubMembershipBegun(HubMembershipFacts):
    """加入枢纽型社会组织."""

    type: ClassVar[str] = "cn.liandong.registry.hub.membership-begun"


class HubMembershipEnded(HubMembershipFacts):
    """退出枢纽型社会组织: by its own will, or because one of the two ended."""

    type: ClassVar[str] = "cn.liandong.registry.hub.membership-ended"
    cause: str = Field(description="left 退出；ended 成员组织终止；hub-ended 枢纽型社会组织终止")


class HubMembershipCorrected(HubMembershipFacts):
    """更正成员名册: what was entered wrongly."""

    type: ClassVar[str] = "cn.liandong.registry.hub.membership-corrected"
    annulled: bool = Field(description="误录，自始不是成员")


EVENTS = (HubMembershipBegun, HubMembershipEnded, HubMembershipCorrected)
