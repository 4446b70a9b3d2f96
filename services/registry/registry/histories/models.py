"""What changed in the record of an organisation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from liandong.ids import uuid7
from liandong.values.encryption import EncryptedText
from registry.tables import Base


class OrganizationChange(Base):
    """One change of a record: never changed again itself.

    Registration leaves no row: the first state is what is left when every change is taken back,
    so that 4 million organisations that never changed cost nothing here.
    """

    __tablename__ = "organization_change"
    __table_args__ = (
        Index("ix_organization_change_organization", "organization_id", "version", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    organization_id: Mapped[UUID]
    version: Mapped[int]
    """Of the organisation after the change."""
    at: Mapped[datetime]
    action: Mapped[str]
    actor: Mapped[str]
    """Subject of the token, or the service itself."""
    application_id: Mapped[UUID | None]
    note: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    """The items that changed, without personal data."""
    private: Mapped[str | None] = mapped_column(EncryptedText("organization_change.private"))
    """JSON object of personal items that changed, each with the value before and after."""
