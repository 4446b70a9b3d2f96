"""The copies that this service keeps, for the comparison with their owners."""

from evaluation.learned.events import ORGANIZATION_EVENTS, OrganizationListed
from evaluation.learned.handlers import LEARNED
from evaluation.measures.obeying import OBEYING
from liandong.measures.facts import kept_listing
from liandong.reconciliation.learnt import Learnt, chosen

COPIES = (
    Learnt(
        LEARNED.name,
        "registry",
        "organization",
        """
        SELECT organization_id AS key, jsonb_build_object(
            'kind', kind, 'status', status, 'name', name, 'credit_code', credit_code,
            'district', district, 'registered_on', registered_on) AS facts
        FROM known_organization
        """,
        chosen("kind", "status", "name", "credit_code", "district", "registered_on"),
        again=[event.type for event in ORGANIZATION_EVENTS],
    ),
    Learnt(
        LEARNED.name,
        "credit-list",
        "listing",
        """
        SELECT listing_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'list', list_name,
            'ended', delisted_on IS NOT NULL)
            || CASE WHEN delisted_on IS NULL
               THEN jsonb_build_object('effects', measures) ELSE '{}' END AS facts
        FROM known_listing
        """,
        kept_listing(OBEYING),
        again=[OrganizationListed.type],
    ),
)
"""A listing whose end was told last is not told again: that the copy lacks it altogether means
that its beginning was lost as well, and a person must look."""
