"""What the public is shown: no evidence, no officers, no organisation that was not asked for."""

from datetime import date

from pydantic import BaseModel, Field

from credit_list.listings.domain import ListName


class PublicRecord(BaseModel):
    """一条公开的信用记录。"""

    kind: str
    kind_text: str
    authority: str | None = Field(description="作出机关；为空的是登记管理机关")
    document_number: str | None
    arose_on: date
    year: int | None = Field(description="检查年度")
    result: str | None = Field(description="结论代码")
    sanctions: list[str]
    sanction_texts: list[str]
    fine_fen: int
    shown_until: date = Field(description="公示的最后一日")


class PublicListing(BaseModel):
    """现行列入。"""

    list: ListName
    list_text: str
    trigger_text: str
    legal_basis: str
    listed_on: date
    exit_not_before: date | None
    valid_until: date | None


class PublicRecords(BaseModel):
    """一家组织公开的信用信息。没有公开信息的、没有这家组织的，答复相同。"""

    credit_code: str
    records: list[PublicRecord]
    listings: list[PublicListing]
    as_of: date
