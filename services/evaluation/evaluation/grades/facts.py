"""What others learn of grades, for the comparison with their copies."""

from liandong.reconciliation.learnt import Facts

GRADE_FACTS = Facts(
    "grade",
    """
    SELECT id AS key, id AS subject, jsonb_build_object(
        'organization_id', organization_id, 'grade', grade, 'round', round,
        'valid_from', valid_from, 'valid_until', valid_until, 'status', status) AS facts
    FROM grade WHERE confirmed_on IS NOT NULL
    """,
)
