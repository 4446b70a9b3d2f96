"""What others learn of sites, for the comparison with their copies."""

from liandong.reconciliation.learnt import Facts

SITE_FACTS = Facts(
    "site",
    """
    SELECT id AS key, id AS subject, jsonb_build_object(
        'organization_id', organization_id, 'kind', kind, 'status', status) AS facts
    FROM site
    """,
)
