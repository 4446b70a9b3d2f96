"""The copies that this service keeps, for the comparison with their owners."""

from liandong.reconciliation.learnt import Learnt, Row, chosen
from registry.learned import events as news
from registry.learned.handlers import MARKS


def _grade(facts: Row) -> Row:
    """A grade that another has taken the place of is told to nobody: it is not the latest here."""
    return {
        "organization_id": facts["organization_id"],
        "grade": facts["grade"],
        "from": facts["valid_from"],
        "until": facts["valid_until"],
        "ended": facts["status"] in ("cancelled", "expired"),
    }


def _listing(facts: Row) -> Row:
    kept = {name: facts[name] for name in ("organization_id", "list", "ended")}
    return kept if facts["ended"] else kept | {"marked": True}


COPIES = (
    Learnt(
        MARKS.name,
        "evaluation",
        "grade",
        """
        SELECT CAST(one.key AS uuid) AS key, jsonb_build_object(
            'organization_id', organization_id, 'grade', one.value->'grade',
            'from', one.value->'from', 'until', one.value->'until', 'ended', one.value->'ended')
            AS facts
        FROM organization_mark, jsonb_each(grades) AS one
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
        MARKS.name,
        "credit-list",
        "listing",
        """
        SELECT CAST(one.key AS uuid) AS key, jsonb_build_object(
            'organization_id', organization_id, 'list', one.value->'list',
            'ended', one.value->'ended')
            || CASE WHEN one.value->'ended' = 'false' THEN jsonb_build_object('marked',
                 CASE one.value->>'list' WHEN 'serious' THEN is_serious
                 WHEN 'abnormal' THEN is_abnormal ELSE is_red END) ELSE '{}' END AS facts
        FROM organization_mark, jsonb_each(listings) AS one
        """,
        _listing,
        again=[news.OrganizationListed.type, news.OrganizationDelisted.type],
    ),
    Learnt(
        MARKS.name,
        "credit-list",
        "credit-grade",
        """
        SELECT organization_id AS key, jsonb_build_object(
            'grade', credit_grade, 'supervision_level', supervision_level,
            'sampling_weight', sampling_weight, 'checks_per_year', checks_per_year) AS facts
        FROM organization_mark WHERE credit_grade IS NOT NULL
        """,
        chosen("grade", "supervision_level", "sampling_weight", "checks_per_year"),
        again=[news.CreditGradeChanged.type],
    ),
)
