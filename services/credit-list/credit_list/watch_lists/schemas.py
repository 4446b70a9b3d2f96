"""What goes over HTTP about watch lists."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from credit_list.checks.rules import MOST_CODES
from credit_list.checks.schemas import AskedCode
from credit_list.listings.domain import DelistReason, ListName
from credit_list.texts import Codes
from liandong.values.text import Text

Watched = Annotated[list[AskedCode], Field(min_length=1, max_length=MOST_CODES)]


class MakeWatchList(BaseModel):
    """新建关注清单。"""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    codes: Watched = Field(description="社会组织的统一社会信用代码或备案编号")


class WatchedCodes(BaseModel):
    """要增加或者去掉的代码。"""

    model_config = ConfigDict(extra="forbid")

    codes: Watched


class WatchListRead(BaseModel):
    """关注清单。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    created_at: datetime
    updated_at: datetime


class WatchListCounted(WatchListRead):
    """关注清单及其代码数。"""

    codes: int


class ChangeRead(BaseModel):
    """一次变化：列入（包括列入期间再次列入）或移出。"""

    position: int
    codes: Codes = Field(description="清单中对应该组织的代码")
    organization_id: UUID
    fact: Literal["listed", "delisted"]
    listing_id: UUID
    list: ListName
    on: date = Field(description="列入或移出之日")
    trigger: str | None = Field(description="列入情形代码")
    measures: Codes
    reason: DelistReason | None = Field(description="移出原因")


class Changes(BaseModel):
    """一页变化。``next`` 作为下一次的 ``after``；``more`` 为真时可立即再取。"""

    items: list[ChangeRead]
    next: int
    more: bool
    oldest: int = Field(description="尚保存的最早序号；after 早于它的，请先批量核查一次")
