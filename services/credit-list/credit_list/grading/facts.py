"""What others learn of credit grades, for the comparison with their copies."""

from liandong.reconciliation.learnt import Facts

CREDIT_GRADE_FACTS = Facts(
    "credit-grade",
    """
    SELECT organization_id AS key, id AS subject, jsonb_build_object(
        'grade', grade, 'supervision_level', supervision_level,
        'sampling_weight', sampling_weight, 'checks_per_year', checks_per_year) AS facts
    FROM credit_grade
    """,
)
"""What is told whenever it changes. Another score within the same grade is told to nobody."""
