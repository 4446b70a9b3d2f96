"""What others learn of organisations, for the comparison with their copies."""

from liandong.reconciliation.learnt import Facts

ORGANIZATION_FACTS = Facts(
    "organization",
    """
    SELECT id AS key, id AS subject, jsonb_build_object(
        'kind', kind, 'status', status, 'name', name, 'credit_code', credit_code,
        'filing_number', filing_number, 'district', district, 'registered_on', registered_on)
        AS facts
    FROM organization
    """,
)
