"""The table of organisations."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from liandong.db.base import Aggregate
from liandong.values.encryption import EncryptedText
from registry.organizations.domain import (
    CharityStatus,
    CommunityClass,
    DirectClass,
    Kind,
    Management,
    Nature,
    PartyOrganization,
    Status,
)
from registry.tables import Base


class Organization(Aggregate, Base):
    """社会组织. Exactly one of ``credit_code`` and ``filing_number`` is set."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("num_nonnulls(credit_code, filing_number) = 1", name="one_public_number"),
        Index("ix_organization_name_bigrams", "name_bigrams", postgresql_using="gin"),
        Index(
            "ix_organization_reminder",
            "reminder_on",
            postgresql_where=text("reminder_on IS NOT NULL"),
        ),
        Index(
            "ix_organization_district", "district", postgresql_ops={"district": "text_pattern_ops"}
        ),
        # In no order, with all that is looked at: see registry.search.repository.
        Index(
            "ix_organization_chance",
            text('"right"(CAST(id AS text), 12)'),
            "id",
            postgresql_include=[
                "name",
                "district",
                "kind",
                "status",
                "nature",
                "community_class",
                "direct_class",
                "service_field",
                "is_community",
                "is_hub",
                "charity_status",
                "registered_on",
                "certificate_until",
            ],
        ),
        # A few words for each of the sorts that there are, so that it is small: what few
        # organisations satisfy is not looked for among all that bear a common word.
        Index(
            "ix_organization_sort",
            "status",
            "kind",
            "is_community",
            "nature",
            "community_class",
            "direct_class",
            "service_field",
        ),
        Index("ix_organization_registered_on", "registered_on"),
        Index(
            "ix_organization_certificate_until",
            "certificate_until",
            postgresql_where=text("certificate_until IS NOT NULL"),
        ),
        Index("ix_organization_hub", "id", postgresql_where=text("is_hub")),
        Index("ix_organization_charity", "id", postgresql_where=text("charity_status IS NOT NULL")),
    )

    kind: Mapped[Kind]
    status: Mapped[Status]
    name: Mapped[str]
    name_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text))
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    filing_number: Mapped[str | None] = mapped_column(unique=True)
    district: Mapped[str]
    """District in which the organisation is active: 6, 9 or 12 digits."""
    address: Mapped[str]
    service_field: Mapped[str]
    is_community: Mapped[bool]
    """社区社会组织"""
    is_hub: Mapped[bool]
    """枢纽型社会组织"""
    purpose: Mapped[str] = mapped_column(server_default="")
    """宗旨"""
    business_scope: Mapped[str] = mapped_column(server_default="")
    """业务范围"""
    activity_area: Mapped[str] = mapped_column(server_default="")
    """活动地域"""
    funds_fen: Mapped[int] = mapped_column(server_default="0")
    """活动资金、开办资金、原始基金, in 分"""
    supervisor: Mapped[str] = mapped_column(server_default="")
    """业务主管单位; empty where the body is registered directly, or where nobody told"""
    direct_class: Mapped[DirectClass | None]
    """直接登记的类别"""
    registering_authority: Mapped[str] = mapped_column(server_default="")
    """登记管理机关, where it is not the civil-affairs department (行政审批局)"""
    supervising_authority: Mapped[str] = mapped_column(server_default="")
    """监督管理机关, where it is another than the one that registers"""
    nature: Mapped[Nature | None]
    community_class: Mapped[CommunityClass | None]
    management: Mapped[Management | None]
    is_rural: Mapped[bool] = mapped_column(server_default="false")
    """农村社区的社会组织"""
    charity_status: Mapped[CharityStatus | None]
    charity_since: Mapped[date | None]
    raises_in_public_since: Mapped[date | None]
    """公开募捐资格"""
    party_organization: Mapped[PartyOrganization | None]
    party_members: Mapped[int] = mapped_column(server_default="0")
    individual_members: Mapped[int] = mapped_column(server_default="0")
    unit_members: Mapped[int] = mapped_column(server_default="0")
    full_time_staff: Mapped[int] = mapped_column(server_default="0")
    website: Mapped[str] = mapped_column(server_default="")
    """信息公开的网址"""
    term_from: Mapped[date | None]
    term_until: Mapped[date | None]
    """Last day of the term of office 届期."""
    reminder_on: Mapped[date | None]
    """When to look again at what runs out: certificate and term."""
    reminded: Mapped[dict[str, Any] | None]
    """The last day and the days left that were told last, of each."""
    registered_on: Mapped[date]
    certificate_from: Mapped[date | None]
    certificate_until: Mapped[date | None]
    """Last day of the certificate."""
    articles_approved_on: Mapped[date | None]
    """章程核准"""
    suspended_until: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    legal_representative: Mapped[str] = mapped_column(
        EncryptedText("organization.legal_representative")
    )
    phone: Mapped[str] = mapped_column(EncryptedText("organization.phone"))

    def watch_expiry(self, today: date) -> None:
        """Its certificate or its term ends on another day now."""
        self.reminder_on = today

    def facts(self) -> dict[str, Any]:
        """What every event about the organisation tells; no personal data."""
        return {
            "organization_id": self.id,
            "kind": self.kind,
            "status": self.status,
            "name": self.name,
            "credit_code": self.credit_code,
            "filing_number": self.filing_number,
            "district": self.district,
            "service_field": self.service_field,
            "is_community": self.is_community,
            "is_hub": self.is_hub,
            "nature": self.nature,
            "is_charity": self.charity_status is not None,
            "registered_on": self.registered_on,
        }
