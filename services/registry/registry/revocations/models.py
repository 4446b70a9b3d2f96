"""The table of revocations."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from registry.organizations.domain import Kind
from registry.revocations.domain import Status
from registry.tables import Base

_SAFE = """decided_on IS NULL OR (
    notice_served_on IS NOT NULL AND statement_until IS NOT NULL AND statement_until < decided_on
    AND decided_by IS NOT NULL AND decided_by <> proposed_by)"""
"""The notice, the window and the second person once more, for whatever writes to the table."""


class Revocation(Aggregate, Base):
    """撤销登记. At most one of an organisation is open."""

    __tablename__ = "revocation"
    __table_args__ = (
        CheckConstraint(_SAFE, name="decided_with_every_safeguard"),
        Index(
            "ix_revocation_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_revocation_organization_id", "organization_id"),
        Index(
            "uq_revocation_open",
            "organization_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'noticed')"),
        ),
    )

    organization_id: Mapped[UUID]
    organization_name: Mapped[str]
    kind: Mapped[Kind]
    district: Mapped[str]
    authority: Mapped[str]
    status: Mapped[Status]
    cause: Mapped[str]
    """Code of the rule set."""
    basis: Mapped[str]
    facts: Mapped[str]
    """What was found, and how it is proved."""
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    notice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    notice_served_on: Mapped[date | None]
    statement_until: Mapped[date | None]
    statements: Mapped[str] = mapped_column(EncryptedText("revocation.statements"))
    answer: Mapped[str]
    """What the authority says to the statement of the body."""
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_number: Mapped[str | None] = mapped_column(unique=True)
    remedy: Mapped[str]
    withdrawn_by: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str]
    """Of the withdrawal."""
    rule_set: Mapped[str]

    @property
    def said(self) -> list[dict[str, Any]]:
        """陈述、申辩"""
        return json.loads(self.statements)

    @said.setter
    def said(self, statements: list[dict[str, Any]]) -> None:
        self.statements = json.dumps(statements, ensure_ascii=False)

    def told(self) -> dict[str, Any]:
        """What every event about the revocation tells; no personal data, no free text."""
        return {
            "revocation_id": self.id,
            "organization_id": self.organization_id,
            "district": self.district,
            "status": self.status,
            "cause": self.cause,
            "basis": self.basis,
        }
