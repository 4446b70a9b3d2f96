"""The copies that this service keeps, for the comparison with their owners."""

from funding.learned.events import (
    ORGANIZATION_EVENTS,
    GradeConfirmed,
    OrganizationListed,
    SiteRecognized,
)
from funding.learned.handlers import AWARDS, STANDING
from funding.measures.obeying import OBEYING
from funding.payments.domain import BARRING_STATUSES
from liandong.measures.facts import kept_listing
from liandong.reconciliation.learnt import Learnt, Row


def _payee(facts: Row) -> Row | None:
    """Only what stops money is kept of the registry."""
    return {"status": facts["status"]} if facts["status"] in BARRING_STATUSES else None


def _site(facts: Row) -> Row:
    return {
        "organization_id": facts["organization_id"],
        "category": facts["kind"],
        "withdrawn": facts["status"] == "withdrawn",
    }


def _grade(facts: Row) -> Row:
    """An award rests on the grade as it was confirmed: what was adjusted later is no part of it."""
    return {
        "organization_id": facts["organization_id"],
        "round": facts["round"],
        "withdrawn": facts["status"] == "cancelled",
    }


COPIES = (
    Learnt(
        STANDING.name,
        "registry",
        "organization",
        """
        SELECT organization_id AS key, jsonb_build_object('status', status) AS facts
        FROM payee WHERE status <> 'active'
        """,
        _payee,
        again=[event.type for event in ORGANIZATION_EVENTS],
    ),
    Learnt(
        STANDING.name,
        "credit-list",
        "listing",
        """
        SELECT listing_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'list', list, 'ended', delisted_on IS NOT NULL)
            || CASE WHEN delisted_on IS NULL THEN jsonb_build_object('effects', (
                 SELECT coalesce(jsonb_agg(DISTINCT one.effect), '[]') FROM (
                     SELECT 'hold-payments' AS effect WHERE holds_payments
                     UNION ALL
                     -- what Obeyed.in_force says; holds are taken from what stops the money
                     SELECT told.value FROM obeyed_listing o, jsonb_each_text(o.told) AS told
                     WHERE o.id = listing_id AND NOT o.gone AND told.value <> 'hold-payments'
                       AND coalesce(CAST(o.ended->>told.key AS bigint), -1) < o.listed_version
                 ) AS one))
               ELSE '{}' END AS facts
        FROM credit_listing
        """,
        kept_listing(OBEYING),
        again=[OrganizationListed.type],
    ),
    Learnt(
        AWARDS.name,
        "supply-demand",
        "site",
        """
        SELECT cause_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'category', category,
            'withdrawn', withdrawn_on IS NOT NULL) AS facts
        FROM cause WHERE kind = 'site'
        """,
        _site,
        again=[SiteRecognized.type],
    ),
    Learnt(
        AWARDS.name,
        "evaluation",
        "grade",
        """
        SELECT cause_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'round', round,
            'withdrawn', withdrawn_on IS NOT NULL) AS facts
        FROM cause WHERE kind = 'grade'
        """,
        _grade,
        again=[GradeConfirmed.type],
    ),
)
"""An award is created once for its cause, so a recognition or confirmation may come again; the end
of one puts its award under review, and is not told again."""
