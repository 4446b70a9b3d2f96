"""What the registry publishes about names."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class NameFacts(Event):
    subject_field: ClassVar[str] = "reservation_id"

    reservation_id: UUID
    kind: str = Field(description="association、service_institution、foundation、community_group")
    name: str
    district: str = Field(description="行政区划代码")
    held_until: date = Field(description="保留的最后一日")


class NameReserved(NameFacts):
    """名称预留: nobody else may register the name until ``held_until``."""

    type: ClassVar[str] = "cn.liandong.registry.name.reserved"


class NameExtended(NameFacts):
    """The reservation was extended."""

    type: ClassVar[str] = "cn.liandong.registry.name.extended"


class NameUsed(NameFacts):
    """An organisation was registered under the name."""

    type: ClassVar[str] = "cn.liandong.registry.name.used"
    organization_id: UUID


class NameReleased(NameFacts):
    """The applicant gave the name up; it is free."""

    type: ClassVar[str] = "cn.liandong.registry.name.released"


class NameExpired(NameFacts):
    """The reservation ended unused; the name is free."""

    type: ClassVar[str] = "cn.liandong.registry.name.expired"


EVENTS = (NameReserved, NameExtended, NameUsed, NameReleased, NameExpired)
