"""Tables of governance."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.ids import uuid7
from liandong.values.encryption import EncryptedText
from registry.applications.conditions import Post
from registry.governance.domain import Election, Ending
from registry.tables import Base


class TermOfOffice(Base):
    """届: filed after an election; changed only under the lock of its organisation."""

    __tablename__ = "term_of_office"
    __table_args__ = (
        Index("ix_term_of_office_organization", "organization_id", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organization_id: Mapped[UUID]
    number: Mapped[int]
    """第几届"""
    elected_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    extended_until: Mapped[date | None]
    """延期换届"""
    filed_on: Mapped[date]
    is_late: Mapped[bool]
    """Filed after the period for it."""
    audited: Mapped[bool]
    """换届前的财务审计"""
    exceptions: Mapped[str]
    """经批准的例外情形: what was found against the officers, and by what it is allowed."""
    found: Mapped[list[str]]
    """Codes of what was found."""
    temporary_certificate_from: Mapped[date | None]
    rule_set: Mapped[str]

    def election(self) -> Election:
        return Election(self.number, self.elected_on, self.starts_on, self.ends_on)


class PostHolding(Base):
    """任职: one person in one post."""

    __tablename__ = "post_holding"
    __table_args__ = (
        Index("ix_post_holding_organization", "organization_id", "starts_on"),
        Index("ix_post_holding_person", "person_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organization_id: Mapped[UUID]
    term_id: Mapped[UUID | None]
    post: Mapped[Post]
    name: Mapped[str] = mapped_column(EncryptedText("post_holding.name"))
    id_number: Mapped[str] = mapped_column(EncryptedText("post_holding.id_number"))
    person_index: Mapped[str]
    """Blind index of the number: finds the same person in another body."""
    is_representative: Mapped[bool]
    """法定代表人"""
    is_official: Mapped[bool]
    """现职公务员"""
    is_paid: Mapped[bool]
    related_to: Mapped[list[str]]
    """Person indexes of close relatives among the officers."""
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    """Last day in the post."""
    ending: Mapped[Ending | None]

    def held_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ended_on is None or day <= self.ended_on)


class ExpiryReminder(Aggregate, Base):
    """到期提醒 of one organisation: its own version, so that being reminded of something does not
    change the organisation under the hands of whoever has just read it."""

    __tablename__ = "expiry_reminder"

    organization_id: Mapped[UUID] = mapped_column(unique=True)
