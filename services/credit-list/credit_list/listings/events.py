"""What credit-list publishes about listings. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.texts import Codes
from liandong.events.contract import Event
from liandong.measures.events import SwitchedOff, SwitchedOn

Measures = list[SwitchedOn]
EndedMeasures = list[SwitchedOff]


class OrganizationListed(Event):
    """列入名单. Said again of the same listing, with the later exit, when a relapse restarts its
    term: a reader keeps the listing by its id and takes what it is told last."""

    type: ClassVar[str] = "cn.liandong.credit-list.organization.listed"
    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str = Field(description="作出列入决定的机关所在行政区划")
    list: str = Field(description="serious、abnormal、red")
    trigger: str = Field(description="列入情形代码")
    listed_on: date
    exit_not_before: date | None = Field(default=None, description="最早可移出日期")
    measures: Codes = Field(description="措施代码，例如 bar-bids、hold-payments、review-grade")
    rule_set: str
    listing_version: int = Field(default=0, description="列入记录的版本，措施回执时原样带回")
    switched_on: Measures = Field(
        default_factory=Measures, description="各项措施的效果、执行服务与自身期限"
    )


class OrganizationDelisted(Event):
    """移出名单: every measure of the listing ends with this event."""

    type: ClassVar[str] = "cn.liandong.credit-list.organization.delisted"
    subject_field: ClassVar[str] = "listing_id"

    listing_id: UUID
    organization_id: UUID
    district: str
    list: str = Field(description="serious、abnormal、red")
    reason: str = Field(description="repaired、removed、corrected、superseded、expired")
    delisted_on: date
    listing_version: int = Field(default=0, description="列入记录的版本，措施回执时原样带回")
    switched_off: EndedMeasures = Field(
        default_factory=EndedMeasures, description="随名单结束的措施"
    )


EVENTS = (OrganizationListed, OrganizationDelisted)
