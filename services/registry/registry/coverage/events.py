"""What the registry publishes about coverage."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class HubCoverageChanged(Event):
    """A hub serves other communities than before."""

    subject_field: ClassVar[str] = "organization_id"
    type: ClassVar[str] = "cn.liandong.registry.hub.coverage-changed"

    organization_id: UUID = Field(description="枢纽型社会组织")
    district: str
    on: date = Field(description="自该日起")
    added: list[str] = Field(description="新覆盖的社区（12位代码）")
    dropped: list[str] = Field(description="不再覆盖的社区（12位代码）")


class CommunityCountRecorded(Event):
    """The number of communities of a district in a year was entered, or entered anew."""

    subject_field: ClassVar[str] = "community_count_id"
    type: ClassVar[str] = "cn.liandong.registry.community-count.recorded"

    community_count_id: UUID
    district: str
    year: int
    urban: int
    rural: int


EVENTS = (HubCoverageChanged, CommunityCountRecorded)
