"""The table of liquidations."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from liandong.db.base import Aggregate
from registry.liquidations.domain import Ground, Status
from registry.supervision.clocks import Notice
from registry.tables import Base


class Liquidation(Aggregate, Base):
    """清算. At most one of an organisation is open."""

    __tablename__ = "liquidation"
    __table_args__ = (
        Index(
            "ix_liquidation_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_liquidation_organization_id", "organization_id"),
        Index(
            "uq_liquidation_open",
            "organization_id",
            unique=True,
            postgresql_where=text("status IN ('due', 'running', 'ended')"),
        ),
    )

    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    district: Mapped[str]
    authority: Mapped[str]
    ground: Mapped[Ground]
    status: Mapped[Status]
    triggered_on: Mapped[date]
    """Of the revocation, or of the body's own decision to end."""
    formed_on: Mapped[date | None]
    members: Mapped[int]
    """Of the group; who they are stands in its report."""
    ended_on: Mapped[date | None]
    assets_fen: Mapped[int]
    debts_fen: Mapped[int]
    summary: Mapped[str]
    """清算报告的摘要"""
    overdue_on: Mapped[date | None]
    """Since when the present stage is late."""
    closed_on: Mapped[date | None]
    reason: Mapped[str]
    told: Mapped[Notice | None]
    rule_set: Mapped[str]

    def facts(self) -> dict[str, Any]:
        """What every event about the liquidation tells."""
        return {
            "liquidation_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "ground": self.ground,
            "status": self.status,
        }
