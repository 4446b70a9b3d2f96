"""The table of reserved names."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from registry.names.domain import Status
from registry.names.structure import NameParts
from registry.organizations.domain import Kind
from registry.tables import Base


class NameInUse(Base):
    """A name that somebody has, registered or reserved: nobody else gets it in that district."""

    __tablename__ = "name_in_use"

    name: Mapped[str] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(primary_key=True)
    holder_id: Mapped[UUID]
    """The organisation, or the reservation."""


class NameReservation(Aggregate, Base):
    """名称预留: the name is kept for one applicant until it is used, given up, or its time ends."""

    __tablename__ = "name_reservation"
    __table_args__ = (
        Index("ix_name_reservation_name_terms", "name_terms", postgresql_using="gin"),
        Index(
            "ix_name_reservation_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
        Index("ix_name_reservation_application_id", "application_id"),
    )

    kind: Mapped[Kind]
    district: Mapped[str]
    """Of the registering authority, or of the street or community where a group is filed."""
    name: Mapped[str]
    name_terms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    division: Mapped[str]
    place: Mapped[str]
    trade_name: Mapped[str]
    origin: Mapped[str]
    field: Mapped[str]
    form: Mapped[str]
    status: Mapped[Status]
    held_until: Mapped[date]
    """Last day of the reservation."""
    extensions: Mapped[int]
    explanation: Mapped[str]
    """Why a name that is close to others was accepted; empty when none was."""
    applicant: Mapped[str] = mapped_column(EncryptedText("name_reservation.applicant"))
    reserved_by: Mapped[str]
    ended_reason: Mapped[str | None]
    application_id: Mapped[UUID | None]
    """The application that was submitted with it: while that is open the name is kept."""
    succeeds: Mapped[UUID | None]
    """The filed body that becomes the registered one; its own name does not stand against it."""
    rule_set: Mapped[str]

    @property
    def parts(self) -> NameParts:
        return NameParts(
            self.division, self.place, self.trade_name, self.origin, self.field, self.form
        )

    def facts(self) -> dict[str, Any]:
        """What every event about the reservation tells; no personal data."""
        return {
            "reservation_id": self.id,
            "kind": self.kind,
            "name": self.name,
            "district": self.district,
            "held_until": self.held_until,
        }
