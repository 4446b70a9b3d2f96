"""What others learn of listings, for the comparison with their copies."""

from liandong.reconciliation.learnt import Facts

LISTING_FACTS = Facts(
    "listing",
    """
    SELECT l.id AS key, l.id AS subject, jsonb_build_object(
        'organization_id', l.organization_id, 'list', l.list,
        'ended', l.status <> 'listed',
        'in_force', (
            SELECT coalesce(
                jsonb_agg(jsonb_build_object('by', m.service, 'effect', m.effect)), '[]')
            FROM listing_measure m WHERE m.listing_id = l.id AND m.ended_on IS NULL)) AS facts
    FROM listing l
    """,
)
"""``in_force``: the effects of the measures in force, with the service that executes each."""
