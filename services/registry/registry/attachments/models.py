"""The tables of attachments: what was attached, and which objects nobody holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from liandong.ids import uuid7
from liandong.values.encryption import EncryptedText
from registry.attachments.names import masked
from registry.tables import Base

OTHER = ""
"""The document code of a file that the procedure does not ask for."""


class Attachment(Base):
    """附件. Never changed, only taken away."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_application_id", "application_id", "id"),
        Index(
            "uq_attachment_content",
            "application_id",
            "document",
            "sha256",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    document: Mapped[str]
    """Code in the procedure's list of documents, or ``OTHER``."""
    file_name: Mapped[str] = mapped_column(EncryptedText("attachment.file_name"))
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    object_key: Mapped[str]
    """Where it is in the store."""
    object_secret: Mapped[str | None] = mapped_column(EncryptedText("attachment.object_secret"))
    """The key under which the object is sealed; None once the content was erased."""
    round: Mapped[int]
    """How often the application had been given back when it was attached: before it is handed in
    the next time, what is taken away has never been before the office."""
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    rule_set: Mapped[str]

    @property
    def has_content(self) -> bool:
        return self.object_secret is not None

    @property
    def masked_name(self) -> str:
        return masked(self.file_name)


class LooseObject(Base):
    """An object that no row names: deleted from the store at ``due_at``.

    Every object begins as one, before its first byte is written, and is claimed by the
    transaction that adds its attachment; it becomes one again by the transaction that erases it.
    """

    __tablename__ = "loose_object"
    __table_args__ = (Index("ix_loose_object_due_at", "due_at"),)

    object_key: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
