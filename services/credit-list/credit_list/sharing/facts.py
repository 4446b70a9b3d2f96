"""What may be shared today of a listing or a penalty. Pure: no query, no clock."""

from dataclasses import dataclass
from datetime import date

from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import Status as ListingStatus
from credit_list.listings.models import Listing
from credit_list.periods import add_months
from credit_list.records.domain import COUNTED, Sanction
from credit_list.records.models import CreditRecord
from credit_list.sharing.domain import Content
from credit_list.sharing.rules import PenaltyClass, SharingParameters
from liandong.values.districts import UnknownDistrict, districts

REGISTRY_PENALTIES = "registry.penalty"
"""Penalties of other departments are theirs to publish: 谁作出、谁报送."""


@dataclass(frozen=True, slots=True)
class Shared:
    content: Content
    ends_on: date | None


def of_listing(
    listing: Listing,
    organization: KnownOrganization,
    document: str | None,
    rules: SharingParameters,
    after: date,
) -> Shared | None:
    """None: it is not shared on the day that follows ``after``."""
    ends_on = listing.publication_ends_on or listing.valid_until
    if listing.status is not ListingStatus.LISTED or _over(ends_on, after):
        return None
    content = {
        **_about(organization),
        **_authority(listing.district, rules),
        "list": listing.list.value,
        "document_number": document,
        "trigger": listing.trigger,
        "trigger_text": listing.trigger_text,
        "legal_basis": listing.legal_basis,
        "decided_on": listing.term_started_on.isoformat(),
        "listed_on": listing.listed_on.isoformat(),
        "exit_not_before": _iso(listing.exit_not_before),
        "publication_ends_on": _iso(ends_on),
        "measures": listing.measures,
    }
    return Shared(content, ends_on)


def of_penalty(
    record: CreditRecord, organization: KnownOrganization, rules: SharingParameters, after: date
) -> Shared | None:
    kind = class_of(record.sanctions, record.fine_fen, rules)
    if record.source != REGISTRY_PENALTIES or record.status not in COUNTED or kind is None:
        return None
    if record.unpublished_on is not None:
        return None
    ends_on = add_months(record.arose_on, kind.max_months)
    if not kind.published or _over(ends_on, after):
        return None
    content = {
        **_about(organization),
        **_punisher(record, rules),
        "document_number": record.document_number,
        "violations": record.codes,
        "sanctions": record.sanctions,
        "fine_fen": record.fine_fen,
        "effective_on": record.arose_on.isoformat(),
        "publication_ends_on": ends_on.isoformat(),
    }
    return Shared(content, ends_on)


def class_of(sanctions: list[str], fine_fen: int, rules: SharingParameters) -> PenaltyClass | None:
    """The first class that one of the sanctions or the fine belongs to."""
    given = {Sanction(one) for one in sanctions}
    for kind in rules.penalty_classes:
        large = kind.fine_from_fen is not None and fine_fen >= kind.fine_from_fen
        if large or given.intersection(kind.sanctions):
            return kind
    return None


def authority_name(district: str, rules: SharingParameters) -> str:
    if rules.authority_name is not None:
        return rules.authority_name
    try:
        return f"{districts().full_name(district)}民政部门"
    except UnknownDistrict:
        return f"{district}民政部门"


def _about(organization: KnownOrganization) -> Content:
    return {
        "organization_id": str(organization.organization_id),
        "name": organization.name,
        "credit_code": organization.credit_code,
        "filing_number": organization.filing_number,
    }


def _authority(district: str, rules: SharingParameters) -> Content:
    return {
        "district": district,
        "authority": authority_name(district, rules),
        "authority_code": rules.authority_code,
    }


def _punisher(record: CreditRecord, rules: SharingParameters) -> Content:
    """处罚机关 as the registry names it; what it told before it named any, by the district."""
    if record.authority is None:
        return _authority(record.district, rules)
    return {
        "district": record.district,
        "authority": record.authority,
        "authority_code": record.authority_code or rules.authority_code,
    }


def _over(ends_on: date | None, after: date) -> bool:
    return ends_on is not None and ends_on <= after


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
