"""The table of transfers."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from liandong.db.base import Aggregate
from registry.tables import Base
from registry.transfers.domain import Status


class Transfer(Aggregate, Base):
    """迁移 of one organisation; one may be open at a time."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index(
            "uq_transfer_open",
            "organization_id",
            unique=True,
            postgresql_where=text("status = 'proposed'"),
        ),
        Index(
            "ix_transfer_from_district",
            "from_district",
            postgresql_ops={"from_district": "text_pattern_ops"},
        ),
        Index(
            "ix_transfer_to_district",
            "to_district",
            postgresql_ops={"to_district": "text_pattern_ops"},
        ),
        Index("ix_transfer_organization", "organization_id"),
    )

    organization_id: Mapped[UUID]
    from_district: Mapped[str]
    to_district: Mapped[str]
    address: Mapped[str]
    """The domicile in the receiving district."""
    supervisor: Mapped[str]
    """业务主管单位 there; empty where it stays as it is."""
    status: Mapped[Status]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    decided_on: Mapped[date | None]
    answer: Mapped[str]
    """Why it was refused or withdrawn."""

    def facts(self) -> dict[str, Any]:
        return {
            "transfer_id": self.id,
            "organization_id": self.organization_id,
            "from_district": self.from_district,
            "to_district": self.to_district,
            # The giving district's partners learn by this that it left; the taking one's learn
            # by organization.changed that it came.
            "district": self.from_district,
            "status": self.status,
        }
