"""The query of the public boards."""

from datetime import date

from sqlalchemy import Select, or_, select

from credit_list.learned.models import KnownOrganization
from credit_list.listings.domain import ListName, Status
from credit_list.listings.models import Listing
from liandong.values.districts import subtree_prefix


def board(name: ListName, district: str, today: date) -> Select[Listing, KnownOrganization]:
    """Current listings that may be shown today, with the organisation as last learnt. After the
    longest publication of NDRC Order 36 a listing holds but is no longer shown."""
    query = (
        select(Listing, KnownOrganization)
        .join(KnownOrganization, KnownOrganization.organization_id == Listing.organization_id)
        .where(
            Listing.list == name,
            Listing.status == Status.LISTED,
            or_(Listing.publication_ends_on.is_(None), Listing.publication_ends_on >= today),
        )
    )
    prefix = subtree_prefix(district) if district else ""
    if prefix:
        query = query.where(Listing.district.startswith(prefix, autoescape=True))
    return query
