"""The tables of what others say: senders, batches, rows, and the entries they amount to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from credit_list.receiving.domain import BatchStatus, Operation, Reason, RowStatus, SenderKind
from credit_list.tables import Base
from credit_list.texts import Codes
from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText


class Sender(Base):
    """A department or city. Its row is the lock under which its batches come one by one."""

    __tablename__ = "receiving_sender"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[SenderKind]
    owner: Mapped[str | None]
    """The partner whose system sends; None: clerks hand its files in."""
    district: Mapped[str]
    next_sequence: Mapped[int]


class Batch(Aggregate, Base):
    __tablename__ = "received_batch"
    __table_args__ = (
        UniqueConstraint("sender", "number"),
        UniqueConstraint("sender", "sequence"),
        Index(
            "ix_received_batch_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    sender: Mapped[str] = mapped_column(ForeignKey("receiving_sender.code"))
    number: Mapped[str]
    sequence: Mapped[int]
    total: Mapped[int]
    fingerprint: Mapped[str]
    status: Mapped[BatchStatus]
    district: Mapped[str]
    received_by: Mapped[str]
    applied_at: Mapped[datetime | None]
    whole_lists: Mapped[Codes]
    """Lists of which the batch says everything: what it does not name has ended."""


class ForeignListing(Aggregate, Base):
    """外部列入: one fact, whoever says it and however often. It lists nobody here."""

    __tablename__ = "foreign_listing"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "document_key"),
        Index(
            "ix_foreign_listing_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("known_organization.organization_id"))
    district: Mapped[str]
    kind: Mapped[str]
    kind_name: Mapped[str]
    adverse: Mapped[bool]
    document_key: Mapped[str]
    authority: Mapped[str]
    document_number: Mapped[str]
    decided_on: Mapped[date]
    ends_on: Mapped[date | None]
    stands: Mapped[bool]
    """At least one sender says so."""
    withdrawn_on: Mapped[date | None]
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_record.id"))
    made_record: Mapped[bool]
    """False: the record was there before, and is not this listing's to withdraw."""
    rule_set: Mapped[str]


class Row(Aggregate, Base):
    """One line as it was received, and what became of it."""

    __tablename__ = "received_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_received_row_key", "sender", "record_key"),
        Index(
            "ix_received_row_unresolved_code",
            "credit_code",
            postgresql_where=text("status = 'unresolved'"),
        ),
        Index(
            "ix_received_row_unresolved_name",
            "plain_name",
            postgresql_where=text("status = 'unresolved'"),
        ),
        Index("ix_received_row_listing_id", "listing_id"),
        Index(
            "ix_received_row_ends_on",
            "ends_on",
            postgresql_where=text("status IN ('linked', 'unresolved') AND ends_on IS NOT NULL"),
        ),
        Index(
            "ix_received_row_district",
            "district",
            postgresql_ops={"district": "text_pattern_ops"},
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("received_batch.id"))
    sender: Mapped[str]
    number: Mapped[int]
    record_key: Mapped[str]
    """The sender's own key of the entry: the same from the addition to the deletion."""
    operation: Mapped[Operation]
    district: Mapped[str]
    """Of the office that received it: it looks for the organisation there."""
    kind: Mapped[str]
    name: Mapped[str]
    plain_name: Mapped[str]
    credit_code: Mapped[str | None]
    registration_number: Mapped[str | None]
    named_district: Mapped[str | None]
    authority: Mapped[str]
    document_number: Mapped[str]
    decided_on: Mapped[date]
    ends_on: Mapped[date | None]
    raw: Mapped[str] = mapped_column(EncryptedText("received_row.raw"))
    """As it was received."""
    status: Mapped[RowStatus]
    reason: Mapped[Reason | None]
    organization_id: Mapped[UUID | None]
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("foreign_listing.id"))
    settled_by: Mapped[str | None]
    note: Mapped[str | None]
