"""What is published about sites."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class SiteRecognized(Event):
    """站点已认定."""

    type: ClassVar[str] = "cn.liandong.supply-demand.site.recognized"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    organization_id: UUID = Field(description="运营单位")
    district: str = Field(description="行政区划代码")
    kind: str = Field(description="call_center、service_center、service_station")
    recognized_on: date
    rule_set: str


class SiteWithdrawn(Event):
    """站点认定已撤销."""

    type: ClassVar[str] = "cn.liandong.supply-demand.site.withdrawn"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    organization_id: UUID
    district: str
    kind: str
    reason: str
    withdrawn_on: date


EVENTS = (SiteRecognized, SiteWithdrawn)
