"""The tables of leads, of the facts that made them, and of who is to be looked at again."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.leads.domain import Status
from credit_list.listings.domain import ListName
from credit_list.tables import Base
from liandong.db.base import Aggregate


class Lead(Aggregate, Base):
    """Facts that meet a trigger, waiting for an officer."""

    __tablename__ = "lead"
    __table_args__ = (
        Index(
            "uq_lead_open",
            "organization_id",
            "list",
            "trigger",
            unique=True,
            postgresql_where=text("status = 'proposed'"),
        ),
        Index("ix_lead_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_lead_organization_id", "organization_id"),
        Index("ix_lead_case_id", "case_id"),
        CheckConstraint("(status = 'taken') = (case_id IS NOT NULL)", name="taken_into_a_case"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    list: Mapped[ListName]
    trigger: Mapped[str]
    status: Mapped[Status]
    rule_set: Mapped[str]
    opened_on: Mapped[date]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_case.id"))
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None]
    dismiss_reason: Mapped[str | None]


class LeadFact(Base):
    """A fact that made the lead, as it was then."""

    __tablename__ = "lead_fact"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: the abnormal listing itself."""
    day: Mapped[date]


class Watch(Base):
    """An organisation at which the engine looks again without anybody telling it anything."""

    __tablename__ = "lead_watch"
    __table_args__ = (
        Index("ix_lead_watch_pending", "looked_on", postgresql_where=text("pending")),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    pending: Mapped[bool]
    """Something could not be decided yet: the organisation was not known, or a case was open."""
    looked_on: Mapped[date | None]
    """Day on which the worker looked last."""
