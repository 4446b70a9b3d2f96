"""What goes over HTTP about past days."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from credit_list.checks.schemas import CheckListings
from credit_list.texts import Codes


class StandingOnDay(BaseModel):
    """某日日终的信用状况。``before_known`` 为真的，不能据此认定当时没有列入。"""

    organization_id: UUID
    day: date
    known: bool
    known_since: date | None = Field(description="首次获知该组织之日；空表示未记载")
    before_known: bool = Field(description="当日早于首次获知该组织之日")
    barred_from_bids: bool | None
    payments_held: bool | None
    lists: CheckListings
    corrected: CheckListings = Field(
        default_factory=list,
        description="当日曾在名单上、后经更正的列入；只向登记机关和审计人员显示，不计入限制",
    )
    reason_codes: Codes
    as_of: datetime
    position: int
