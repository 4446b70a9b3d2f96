"""The tables of yearly campaigns and of their candidates."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.red_campaigns.domain import CampaignStatus
from credit_list.tables import Base
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class Source(StrEnum):
    COMPUTED = "computed"
    """由系统按条件核对"""
    APPLIED = "applied"
    """组织自行申报"""


class RedCampaign(Aggregate, Base):
    """年度认定: one of a district and year, beside those that were opened in error."""

    __tablename__ = "red_campaign"
    __table_args__ = (
        Index(
            "uq_red_campaign_district_year",
            "district",
            "year",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
        CheckConstraint("(status = 'open') = (ended_on IS NULL)", name="ended_with_its_day"),
        Index(
            "ix_red_campaign_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
    )

    district: Mapped[str]
    year: Mapped[int]
    as_of: Mapped[date]
    """The day of which the conditions are looked at."""
    applications_until: Mapped[date]
    """The last day for applications."""
    rule_set: Mapped[str]
    opened_by: Mapped[str]
    computed: Mapped[int]
    """Organisations looked at so far."""
    computed_after: Mapped[UUID | None]
    is_computed: Mapped[bool]
    publicity_from: Mapped[date | None]
    publicity_ends_on: Mapped[date | None]
    status: Mapped[CampaignStatus]
    ended_on: Mapped[date | None]
    """The day on which it was closed or cancelled."""
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]


class RedCandidate(Base):
    """An organisation in a campaign: every condition, met or not, as it was found."""

    __tablename__ = "red_candidate"
    __table_args__ = (Index("ix_red_candidate_proposal_id", "proposal_id"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("red_campaign.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(
        ForeignKey("known_organization.organization_id"), primary_key=True
    )
    source: Mapped[Source]
    passed: Mapped[bool]
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    statement: Mapped[str | None] = mapped_column(EncryptedText("red_candidate.statement"))
    looked_on: Mapped[date]
    applied_on: Mapped[date | None]
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("red_proposal.id"))
