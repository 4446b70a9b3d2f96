"""The table of successions."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from registry.tables import Base


class SuccessionKind(StrEnum):
    UPGRADE = "upgrade"
    """备案升级为登记"""
    MERGER = "merger"
    """合并"""
    DIVISION = "division"
    """分立"""


class Succession(Aggregate, Base):
    """One body goes on in another. Never changed."""

    __tablename__ = "succession"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="not_its_own"),
        Index("uq_succession_pair", "predecessor_id", "successor_id", unique=True),
        Index("ix_succession_successor_id", "successor_id"),
    )

    predecessor_id: Mapped[UUID]
    successor_id: Mapped[UUID]
    kind: Mapped[SuccessionKind]
    on: Mapped[date] = mapped_column("succeeded_on")

    def facts(self) -> dict[str, Any]:
        return {
            "succession_id": self.id,
            "organization_id": self.predecessor_id,
            "successor_id": self.successor_id,
            "kind": self.kind,
            "on": self.on,
        }
