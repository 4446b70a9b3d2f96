"""What goes over HTTP about custody."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from liandong.values.money import MAX_FEN
from liandong.values.text import Text
from registry.custody.domain import EntryKind, Status

Amount = Annotated[
    int,
    Field(strict=True, ge=1, le=MAX_FEN, description="金额，单位：分（整数）", examples=[50000]),
]
Purpose = Annotated[Text, Field(min_length=2, max_length=300, description="款项用途或来源")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenAccount(_Closed):
    member_id: UUID = Field(description="成员组织")


class Deposit(_Closed):
    amount_fen: Amount
    purpose: Purpose


class ProposePayout(_Closed):
    amount_fen: Amount
    purpose: Purpose


class Reason(_Closed):
    reason: Text = Field(min_length=2, max_length=500, description="理由")


class AccountRead(BaseModel):
    """代管账户。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    hub_id: UUID
    member_id: UUID
    district: str
    balance_fen: int
    entries: int = Field(description="已记的笔数")
    opened_on: date


class EntryRead(BaseModel):
    """一笔账；记后不再改动，有误的另记一笔冲正。"""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    account_id: UUID
    number: int
    kind: EntryKind
    change_fen: int = Field(description="余额的变动，减少为负")
    balance_fen: int = Field(description="记账后的余额")
    purpose: str
    payout_id: UUID | None
    reverses_id: UUID | None = Field(description="所冲正的一笔")
    posted_on: date
    posted_at: datetime
    posted_by: str


class PayoutRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    account_id: UUID
    amount_fen: int
    purpose: str
    status: Status
    proposed_by: str
    proposed_on: date
    decided_by: str | None
    decided_on: date | None
    reason: str


class Statement(BaseModel):
    """对账单：起止日期之间的发生额与余额。"""

    account_id: UUID
    since: date | None
    until: date
    opening_fen: int = Field(description="期初余额")
    in_fen: int = Field(description="增加合计")
    out_fen: int = Field(description="减少合计")
    closing_fen: int = Field(description="期末余额")
    entries: int = Field(description="笔数")
