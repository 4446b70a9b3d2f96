"""The copies that this service keeps, for the comparison with their owners."""

from credit_list.learned.handlers import LEARNED
from liandong.reconciliation.learnt import Learnt, Row, chosen

_REGISTRY = "cn.liandong.registry.organization."


def _grade(facts: Row) -> Row:
    """A grade that another has taken the place of is told to nobody: its period goes on here."""
    kept = {name: facts[name] for name in ("organization_id", "grade", "valid_from", "valid_until")}
    return kept | {"in_force": facts["status"] in ("current", "superseded")}


COPIES = (
    Learnt(
        LEARNED.name,
        "registry",
        "organization",
        """
        SELECT organization_id AS key, jsonb_build_object(
            'kind', kind, 'status', status, 'name', name, 'credit_code', credit_code,
            'filing_number', filing_number, 'district', district) AS facts
        FROM known_organization
        """,
        chosen("kind", "status", "name", "credit_code", "filing_number", "district"),
        again=[one for one in LEARNED.by_type() if one.startswith(_REGISTRY)],
    ),
    Learnt(
        LEARNED.name,
        "evaluation",
        "grade",
        """
        SELECT grade_id AS key, jsonb_build_object(
            'organization_id', organization_id, 'grade', grade, 'valid_from', valid_from,
            'valid_until', valid_until, 'in_force', in_force) AS facts
        FROM known_grade
        """,
        _grade,
        again=["cn.liandong.evaluation.grade.confirmed"],
    ),
)
"""What was adjusted or has ended since its confirmation is not told again: one event does not
tell all of it."""
