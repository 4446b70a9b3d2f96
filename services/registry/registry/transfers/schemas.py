"""What goes over HTTP about transfers."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.districts import DistrictCode
from liandong.values.text import Text
from registry.transfers.domain import Status


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposeTransfer(_Closed):
    """迁出地提出迁移。统一社会信用代码、备案编号不因迁移而改变。"""

    organization_id: UUID
    to_district: DistrictCode = Field(description="迁入地")
    address: Text = Field(default="", max_length=300, description="在迁入地的住所")
    supervisor: Text = Field(
        default="", max_length=100, description="在迁入地的业务主管单位；不变的不填"
    )
    reason: Text = Field(min_length=2, max_length=500, description="迁移的原因与依据")


class TransferAnswer(_Closed):
    reason: Text = Field(min_length=2, max_length=500, description="理由")


class TransferRead(BaseModel):
    """一件迁移。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    organization_id: UUID
    from_district: str
    to_district: str
    address: str
    supervisor: str
    status: Status
    reason: str
    decided_on: date | None
    answer: str
    created_at: datetime
    updated_at: datetime
