"""The copies that this service keeps, for the comparison with their owners."""

from typing import Final

from liandong.measures.facts import kept_listing
from liandong.reconciliation.learnt import Learnt, Row, chosen
from supply_demand.learned import events as news
from supply_demand.learned.domain import GradeStatus
from supply_demand.learned.handlers import LEARNED
from supply_demand.measures.obeying import OBEYING

_STATUSES: Final = {"cancelled": GradeStatus.CANCELLED, "expired": GradeStatus.EXPIRED}


def _grade(facts: Row) -> Row:
    """A grade that another has taken the place of is told to nobody: its period goes on here."""
    kept = {name: facts[name] for name in ("organization_id", "grade", "valid_from", "valid_until")}
    return kept | {"status": _STATUSES.get(facts["status"], GradeStatus.IN_FORCE).value}


COPIES = (
    Learnt(
        LEARNED.name,
        "registry",
        "organization",
        """
        SELECT organization_id AS key, jsonb_build_object(
            'kind', kind, 'status', status, 'name', name, 'credit_code', credit_code,
            'district', district) AS facts
        FROM learned_organization
        """,
        chosen("kind", "status", "name", "credit_code", "district"),
        again=[event.type for event in news.ORGANIZATION_EVENTS],
    ),
    Learnt(
        LEARNED.name,
        "evaluation",
        "grade",
        """
        SELECT grade_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'grade', grade, 'valid_from', valid_from,
            'valid_until', valid_until, 'status', status) AS facts
        FROM learned_grade
        """,
        _grade,
        again=[
            news.GradeConfirmed.type,
            news.GradeAdjusted.type,
            news.GradeCancelled.type,
            news.GradeExpired.type,
        ],
    ),
    Learnt(
        LEARNED.name,
        "credit-list",
        "listing",
        """
        SELECT listing_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'list', list, 'ended', delisted_on IS NOT NULL)
            || CASE WHEN delisted_on IS NULL
               THEN jsonb_build_object('effects', measures) ELSE '{}' END AS facts
        FROM learned_listing
        """,
        kept_listing(OBEYING),
        again=[news.OrganizationListed.type, news.OrganizationDelisted.type],
    ),
)
