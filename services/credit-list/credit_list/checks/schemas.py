"""What goes over HTTP about checks."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from credit_list.checks.domain import LONGEST, Outcome, Purpose
from credit_list.checks.rules import MOST_CODES
from credit_list.listings.domain import ListName
from credit_list.texts import Codes
from liandong.values.days import IsoDay

AskedCode = Annotated[str, StringConstraints(max_length=LONGEST)]


class CheckMany(BaseModel):
    """批量核查。"""

    model_config = ConfigDict(extra="forbid")

    codes: Annotated[list[AskedCode], Field(min_length=1, max_length=MOST_CODES)] = Field(
        description="统一社会信用代码、备案编号或组织编号，可混用；结果按此顺序逐条给出"
    )
    purpose: Purpose = Field(description="核查用途，记入审计日志和回执")
    day: IsoDay | None = Field(default=None, description="查询某日日终的状况；不填为现在")


class CheckListing(BaseModel):
    """一条列入。"""

    exit_not_before: date | None
    list: ListName
    listed_on: date
    listing_id: UUID
    measures: Codes
    rule_set: str
    trigger: str


CheckListings = list[CheckListing]


class CheckRow(BaseModel):
    """一个代码的结果。未知、有误的，限制两项为空，不等于没有限制。"""

    asked: str
    barred_from_bids: bool | None
    code: str | None = Field(description="规范化后的代码")
    lists: CheckListings
    organization_id: UUID | None
    outcome: Outcome
    payments_held: bool | None
    reason_codes: Codes = Field(description="稳定的原因代码，例如 check-digit、serious:fine-50000")
    repeats: int | None = Field(description="与第几条（从 0 起）相同；首次出现为空")
    status: str | None = Field(description="登记状态")


class CheckAnswer(BaseModel):
    """核查答复，回执即对它的签名。"""

    as_of: datetime
    day: date | None
    events_after: str = Field(description="从此处接着读取事件流（/v1/events?after=）")
    position: int = Field(description="答复所依据的事件序号：此前的事件都已计入")
    purpose: Purpose
    results: list[CheckRow]


class CheckRead(BaseModel):
    """答复与回执。"""

    answer: CheckAnswer
    receipt: str = Field(description="签名回执（JWS，EdDSA），可离线核验")
