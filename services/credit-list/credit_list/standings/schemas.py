"""What goes over HTTP about standings."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.listings.domain import ListName
from credit_list.texts import Codes


class StandingListing(BaseModel):
    """一条现行列入。"""

    model_config = ConfigDict(from_attributes=True)

    list: ListName
    listing_id: UUID
    trigger: str
    listed_on: date
    exit_not_before: date | None
    measures: Codes


Listings = list[StandingListing]


class StandingRead(BaseModel):
    """信用状况。``known`` 为 false 表示尚未从登记服务获知该组织，因而也没有任何列入。"""

    organization_id: UUID | None
    known: bool
    barred_from_bids: bool = Field(description="限制参加政府购买服务投标")
    payments_held: bool = Field(description="暂停拨付未付款项")
    lists: Listings
    reasons: Codes = Field(description="每条列入的说明")
    as_of: datetime
    position: int = Field(description="答复所依据的事件序号，不小于此前已发布的全部事件")
