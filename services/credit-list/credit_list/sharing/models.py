"""The tables of sharing: what has to be looked at again, what was said on which day, and what has
been corrected in it since."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.sharing.domain import Operation, Subject
from credit_list.tables import Base


class SharedMark(Base):
    """Something has changed: written in the transaction of the change, taken away by the close of
    the day that has looked at it. It holds no content, so that none can be out of date."""

    __tablename__ = "shared_mark"

    number: Mapped[int] = mapped_column(Identity(), primary_key=True)
    subject: Mapped[Subject]
    subject_id: Mapped[UUID]


class SharedChange(Base):
    """One line of a day's delta. Nothing but ``until_position`` is ever written again."""

    __tablename__ = "shared_change"
    __table_args__ = (
        Index(
            "uq_shared_change_current",
            "subject",
            "subject_id",
            unique=True,
            postgresql_where=text("until_position IS NULL"),
        ),
        Index("ix_shared_change_subject", "subject", "subject_id", "position"),
        Index("ix_shared_change_organization_id", "organization_id"),
        CheckConstraint(
            "(operation = 'delete') = (content IS NULL)", name="deleted_without_content"
        ),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counted without gaps, in the order of the days."""
    until_position: Mapped[int | None]
    """The position at which something else was said of the same."""
    day: Mapped[date]
    subject: Mapped[Subject]
    subject_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    district: Mapped[str]
    operation: Mapped[Operation]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    ends_on: Mapped[date | None]
    """Last day of publication."""


class SharedCorrection(Base):
    """What a line says since it was closed: written in the transaction of a repair or correction,
    never changed. Every file that has the line is of one revision more."""

    __tablename__ = "shared_correction"

    number: Mapped[int] = mapped_column(Identity(), primary_key=True)
    position: Mapped[int] = mapped_column(ForeignKey("shared_change.position"), index=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """None: the line is gone from full files, and a delete marker in its delta."""
    at: Mapped[datetime]


class SharedDay(Base):
    """A day whose changes are settled; only corrections change what its files say."""

    __tablename__ = "shared_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    previous_day: Mapped[date | None]
    first_position: Mapped[int]
    """Of the first change of the day; one more than ``last_position`` on a day without any."""
    last_position: Mapped[int]
    closed_at: Mapped[datetime]
