"""Tables of custody. Amounts in 分."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.custody.domain import EntryKind, Status
from registry.tables import Base


class CustodyAccount(Aggregate, Base):
    """What a hub keeps for one body. Whoever moves money holds this row."""

    __tablename__ = "custody_account"
    __table_args__ = (
        CheckConstraint("balance_fen >= 0", name="never_negative"),
        Index("uq_custody_account_pair", "hub_id", "member_id", unique=True),
        Index("ix_custody_account_member_id", "member_id"),
        Index(
            "ix_custody_account_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    hub_id: Mapped[UUID]
    member_id: Mapped[UUID]
    district: Mapped[str]
    """Of the hub."""
    balance_fen: Mapped[int]
    entries: Mapped[int]
    opened_on: Mapped[date]

    def facts(self) -> dict[str, Any]:
        return {
            "organization_id": self.hub_id,
            "custody_id": self.id,
            "kept_for_id": self.member_id,
            "district": self.district,
            "balance_fen": self.balance_fen,
        }


class CustodyEntry(Base):
    """One movement; never changed. What was wrong is reversed by another one."""

    __tablename__ = "custody_entry"
    __table_args__ = (
        Index("uq_custody_entry_number", "account_id", "number", unique=True),
        Index("uq_custody_entry_reverses_id", "reverses_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    number: Mapped[int]
    """Counts from 1 in the account."""
    kind: Mapped[EntryKind]
    change_fen: Mapped[int]
    """What the balance grows by; negative for money that goes out."""
    balance_fen: Mapped[int]
    """After the entry."""
    purpose: Mapped[str]
    payout_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None]
    posted_on: Mapped[date]
    posted_at: Mapped[datetime]
    posted_by: Mapped[str]


class CustodyPayout(Aggregate, Base):
    """Money that the hub proposes to pay out for the member."""

    __tablename__ = "custody_payout"
    __table_args__ = (Index("ix_custody_payout_account_id", "account_id", "id"),)

    account_id: Mapped[UUID]
    amount_fen: Mapped[int]
    purpose: Mapped[str]
    status: Mapped[Status]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    reason: Mapped[str]
