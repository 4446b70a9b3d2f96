"""What credit-list publishes about lists of others: codes, no free text, no personal data."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class ForeignListingFacts(Event):
    """An entry of another department or city as it stands after the event."""

    subject_field: ClassVar[str] = "foreign_listing_id"

    foreign_listing_id: UUID
    organization_id: UUID
    district: str
    kind: str = Field(description="名单代码，见规则集 credit-list.receiving")
    adverse: bool
    decided_on: date
    ends_on: date | None = Field(default=None, description="来源单位所定的最后一日")
    record_id: UUID | None = Field(default=None, description="由此形成或者对应的信用记录")


class ForeignListingRecorded(ForeignListingFacts):
    """外部列入; said again when its days are others, and when it stands again. It lists nobody."""

    type: ClassVar[str] = "cn.liandong.credit-list.foreign-listing.recorded"


class ForeignListingEnded(ForeignListingFacts):
    """Nobody says so any more: deleted by its sources, or over by its own term."""

    type: ClassVar[str] = "cn.liandong.credit-list.foreign-listing.ended"
    ended_on: date
    ground: str = Field(description="source 来源删除、ended 期限届满")


EVENTS = (ForeignListingRecorded, ForeignListingEnded)
