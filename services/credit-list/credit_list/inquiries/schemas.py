"""What the public is answered."""

from datetime import date

from pydantic import BaseModel, Field

from credit_list.listings.domain import ListName


class PublishedListing(BaseModel):
    """公示中的一条列入：只有情形与依据，不含案情、人员和内部编号。"""

    organization_name: str
    credit_code: str | None
    filing_number: str | None
    list: ListName
    trigger_text: str
    legal_basis: str
    listed_on: date
    exit_not_before: date | None
    publication_ends_on: date | None
    valid_until: date | None


Published = list[PublishedListing]


class InquiryAnswer(BaseModel):
    """查询结果。``published`` 为空只表示没有公示中的列入，不说明该组织是否存在、有无其他记录。"""

    as_of: date
    published: Published = Field(description="公示中的列入")
