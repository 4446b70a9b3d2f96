"""What credit-list publishes about listings. Payloads carry no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from credit_list.texts import Codes
from liandong.events.contract import Event


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


EVENTS = (OrganizationListed, OrganizationDelisted)
