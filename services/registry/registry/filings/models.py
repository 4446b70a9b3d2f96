"""Tables of filings."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from registry.filings.conditions import Candidate
from registry.filings.domain import ENDED, Status
from registry.filings.rules import FORM_ITEMS
from registry.organizations.domain import CommunityClass, Management, Nature
from registry.tables import Base

_FORM = (
    "district", "address", "purpose", "articles_template", "own_articles", "nature",
    "community_class", "management", "is_green", "is_hub", "is_rural", "individual_members",
    "unit_members", "is_internal_group", "is_for_profit", "charges_for_services",
    "contact_name", "contact_phone",
)  # fmt: skip


class Filing(Aggregate, Base):
    """一件备案."""

    __tablename__ = "filing"
    __table_args__ = (
        Index("ix_filing_district", "district", postgresql_ops={"district": "text_pattern_ops"}),
        Index("ix_filing_organization_id", "organization_id"),
        Index("ix_filing_filed_on", "filed_on"),
    )

    status: Mapped[Status]
    district: Mapped[str]
    """Street (9 digits) or community (12 digits) in which the body is active."""
    organization_name: Mapped[str]
    reservation_id: Mapped[UUID]
    reserved_here: Mapped[bool]
    """The name was reserved with this form and is given up with it."""
    address: Mapped[str]
    purpose: Mapped[str]
    articles_template: Mapped[str | None]
    """Code of the template 简易章程 that was accepted."""
    own_articles: Mapped[str]
    nature: Mapped[Nature]
    community_class: Mapped[CommunityClass]
    management: Mapped[Management]
    is_green: Mapped[bool]
    """绿色通道"""
    is_hub: Mapped[bool]
    is_rural: Mapped[bool]
    individual_members: Mapped[int]
    unit_members: Mapped[int]
    is_internal_group: Mapped[bool]
    is_for_profit: Mapped[bool]
    charges_for_services: Mapped[bool]
    documents: Mapped[list[str]] = mapped_column(ARRAY(Text))
    contact_name: Mapped[str] = mapped_column(EncryptedText("filing.contact_name"))
    contact_phone: Mapped[str] = mapped_column(EncryptedText("filing.contact_phone"))
    submitted_on: Mapped[date]
    stage_since: Mapped[date]
    """The day on which the present status was reached; its clock runs from there."""
    recommended: Mapped[bool | None]
    """村（居）委会意见"""
    opinion: Mapped[str]
    agreed: Mapped[bool | None]
    """街道（乡镇）审核意见"""
    review: Mapped[str]
    handled_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Everyone who submitted, gave an opinion or reviewed: none of them decides."""
    decided_by: Mapped[str | None]
    filed_on: Mapped[date | None]
    filing_number: Mapped[str | None]
    organization_id: Mapped[UUID | None]
    reason: Mapped[str]
    """Of the last return, refusal or withdrawal."""
    told: Mapped[str | None]
    """The last notice about the present clock."""
    rule_set: Mapped[str]

    @property
    def is_open(self) -> bool:
        return self.status not in ENDED

    def fill(self, form: Any) -> None:
        for name in _FORM:
            setattr(self, name, getattr(form, name))
        self.documents = sorted({*form.documents})

    def candidate(self) -> Candidate:
        has_articles = bool(self.articles_template or self.own_articles)
        items = {name: getattr(self, name) for name in FORM_ITEMS if name != "articles"}
        filled = {name for name, value in items.items() if value}
        return Candidate(
            district=self.district,
            members=self.individual_members + self.unit_members,
            is_green=self.is_green,
            is_internal_group=self.is_internal_group,
            is_for_profit=self.is_for_profit,
            charges_for_services=self.charges_for_services,
            filled=filled | {"articles"} if has_articles else filled,
            documents=self.documents,
        )

    def facts(self) -> dict[str, Any]:
        """What every event about the filing tells; no personal data."""
        return {
            "filing_id": self.id,
            "status": self.status,
            "district": self.district,
            "organization_name": self.organization_name,
            "organization_id": self.organization_id,
            "management": self.management,
            "community_class": self.community_class,
            "nature": self.nature,
            "is_green": self.is_green,
            "is_hub": self.is_hub,
        }


class FilingSerial(Base):
    """The last serial number given out in a region and year."""

    __tablename__ = "filing_serial"

    region: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class FilingList(Aggregate, Base):
    """年度备案名单: what a street told the county at the turn of the year."""

    __tablename__ = "filing_list"
    __table_args__ = (Index("uq_filing_list_district_year", "district", "year", unique=True),)

    district: Mapped[str]
    year: Mapped[int]
    filed: Mapped[int]
    """Filed in the year."""
    ended: Mapped[int]
    """Cancelled or revoked in the year."""
    living: Mapped[int]
    """On the last day of the year."""
    confirmed_on: Mapped[date]
    confirmed_by: Mapped[str]

    def facts(self) -> dict[str, Any]:
        return {
            "filing_list_id": self.id,
            "district": self.district,
            "year": self.year,
            "filed": self.filed,
            "ended": self.ended,
            "living": self.living,
        }
