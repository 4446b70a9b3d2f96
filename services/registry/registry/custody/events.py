"""What the registry publishes about custody; the key is the hub."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from liandong.events.contract import Event


class CustodyFacts(Event):
    """The account after the event."""

    subject_field: ClassVar[str] = "custody_id"

    organization_id: UUID = Field(description="枢纽型社会组织")
    custody_id: UUID = Field(description="代管账户")
    kept_for_id: UUID = Field(description="成员组织")
    district: str
    balance_fen: int


class CustodyAccountOpened(CustodyFacts):
    """开立代管账户."""

    type: ClassVar[str] = "cn.liandong.registry.custody.account-opened"


class CustodyDeposited(CustodyFacts):
    """存入."""

    type: ClassVar[str] = "cn.liandong.registry.custody.deposited"
    entry_id: UUID
    amount_fen: int


class CustodyPayoutProposed(CustodyFacts):
    """提出支出."""

    type: ClassVar[str] = "cn.liandong.registry.custody.payout-proposed"
    payout_id: UUID
    amount_fen: int


class CustodyPaidOut(CustodyFacts):
    """确认支出."""

    type: ClassVar[str] = "cn.liandong.registry.custody.paid-out"
    payout_id: UUID
    entry_id: UUID
    amount_fen: int


class CustodyPayoutEnded(CustodyFacts):
    """A proposal came to nothing."""

    type: ClassVar[str] = "cn.liandong.registry.custody.payout-ended"
    payout_id: UUID
    outcome: str = Field(description="refused 不予支出；withdrawn 撤回")


class CustodyEntryReversed(CustodyFacts):
    """冲正."""

    type: ClassVar[str] = "cn.liandong.registry.custody.entry-reversed"
    entry_id: UUID
    reverses_id: UUID
    change_fen: int = Field(description="余额的变动，减少为负")


EVENTS = (
    CustodyAccountOpened,
    CustodyDeposited,
    CustodyPayoutProposed,
    CustodyPaidOut,
    CustodyPayoutEnded,
    CustodyEntryReversed,
)
