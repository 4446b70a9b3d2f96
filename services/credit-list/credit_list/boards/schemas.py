"""What the public reads."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from credit_list.listings.domain import ListName


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
