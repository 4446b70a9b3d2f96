"""What the public reads."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from credit_list.listings.domain import ListName
from credit_list.texts import Codes


class BoardEntry(BaseModel):
    """公示的一条列入。"""

    listing_id: UUID
    list: ListName
    organization_id: UUID
    organization_name: str
    credit_code: str | None
    filing_number: str | None
    district: str
    trigger_text: str
    legal_basis: str
    listed_on: date
    exit_not_before: date | None
    valid_until: date | None


class BoardTotal(BaseModel):
    list: ListName
    board: str = Field(description="红榜、黑榜、异常名录")
    label: str
    total: int


class BoardRow(BaseModel):
    """公示的一行。``number`` 为本名单内的序号。"""

    number: int
    list: ListName
    board: str
    listing_id: UUID
    organization_id: UUID
    organization_name: str
    code: str | None = Field(description="统一社会信用代码；没有的为备案编号")
    district: str
    district_name: str
    trigger_text: str
    legal_basis: str
    listed_on: date
    valid_until: date | None


Totals = list[BoardTotal]
BoardRows = list[BoardRow]


class BoardDay(BaseModel):
    """某一区划某一日的公示栏，可直接排版打印。"""

    title: str
    district: str
    district_name: str
    day: date
    basis: Codes
    remedy: str
    page: int
    pages: int
    totals: Totals
    rows: BoardRows
