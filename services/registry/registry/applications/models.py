"""The table of applications."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from liandong.values.periods import Stop
from registry.applications.clocks import Days, Notice
from registry.applications.content import Content
from registry.applications.domain import ENDED, Matter, Status
from registry.organizations.domain import Kind
from registry.tables import Base

_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


class Application(Aggregate, Base):
    """登记事项申请."""

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "ix_application_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        Index("ix_application_organization_id", "organization_id"),
    )

    matter: Mapped[Matter]
    kind: Mapped[Kind]
    district: Mapped[str]
    """Of the registration organ that decides."""
    organization_id: Mapped[UUID | None]
    """None until an establishment is certified."""
    organization_name: Mapped[str]
    is_direct: Mapped[bool]
    """直接登记: no supervising unit consents."""
    items: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Registered items that it touches."""
    status: Mapped[Status]
    open_content: Mapped[dict[str, Any]]
    private_content: Mapped[str] = mapped_column(EncryptedText("application.private_content"))
    applicant: Mapped[str] = mapped_column(EncryptedText("application.applicant"))
    documents: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Codes of the documents that were handed in on paper."""
    attached: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Codes of the documents of which there is a file."""
    submitted_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    accepted_by_silence: Mapped[bool]
    decided_on: Mapped[date | None]
    certified_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each list of what is missing that the applicant was given."""
    consultations: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Departments and experts that were asked, and when the clock stood still for it."""
    extension: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """延长决定期限: for how long, why, and by what it was approved."""
    told: Mapped[Notice | None]
    """The last notice about the present clock."""
    opinion: Mapped[str]
    """审查意见"""
    reviewed_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who reviewed it: none of them decides."""
    decided_by: Mapped[str | None]
    reason: Mapped[str]
    """Of the last refusal, return or withdrawal."""
    rule_set: Mapped[str]

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED

    @property
    def content(self) -> Content:
        return _CONTENT.validate_python({**self.open_content, **json.loads(self.private_content)})

    @content.setter
    def content(self, content: Content) -> None:
        self.open_content, private = content.kept()
        self.private_content = json.dumps(private, ensure_ascii=False)
        self.matter, self.items = content.matter, content.items()

    @property
    def reservation_id(self) -> UUID | None:
        """The reserved name that it is about."""
        content = self.content
        if content.matter is Matter.ESTABLISHMENT:
            return content.name_reservation_id
        if content.matter is Matter.CHANGE:
            return content.changes.name_reservation_id
        return None

    @property
    def days(self) -> Days:
        return Days(
            self.submitted_on,
            self.accepted_on,
            self.decided_on,
            self.certified_on,
            self._stops(),
            self.extension["days"] if self.extension else 0,
        )

    def begin_consultation(self, on: date, **about: Any) -> None:
        """``stops`` among ``about``: whether the clock stands still meanwhile."""
        self.consultations = [
            *self.consultations,
            {"begun_on": on.isoformat(), "ended_on": None, "result": "", **about},
        ]

    def end_consultation(self, on: date, result: str) -> None:
        *before, last = self.consultations
        self.consultations = [*before, {**last, "ended_on": on.isoformat(), "result": result}]

    def _stops(self) -> Sequence[Stop]:
        return [
            Stop(date.fromisoformat(one["begun_on"]), _day(one["ended_on"]))
            for one in self.consultations
            if one["stops"]
        ]

    def facts(self) -> dict[str, Any]:
        """What every event about the application tells; no personal data."""
        return {
            "application_id": self.id,
            "matter": self.matter,
            "kind": self.kind,
            "status": self.status,
            "district": self.district,
            "organization_id": self.organization_id,
            "organization_name": self.organization_name,
            "items": self.items,
        }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
