"""What the registry publishes about successions."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class SuccessionRecorded(Event):
    """One body goes on in another; comes after the event that ends the predecessor."""

    subject_field: ClassVar[str] = "succession_id"
    type: ClassVar[str] = "cn.liandong.registry.succession.recorded"

    succession_id: UUID
    organization_id: UUID = Field(description="前身组织")
    successor_id: UUID = Field(description="后继组织")
    kind: str = Field(description="upgrade 备案升级为登记；merger 合并；division 分立")
    on: date
    district: str = Field(description="后继组织所在区划")


EVENTS = (SuccessionRecorded,)
