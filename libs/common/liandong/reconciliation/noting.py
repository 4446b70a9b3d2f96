"""The outcome of a reconciliation stays where the service can show it: in its own database."""

import json
from collections import Counter
from collections.abc import Sequence

from liandong.db.engine import connect
from liandong.reconciliation.findings import Finding, open_ones
from liandong.settings import Settings

_NOTE = """
    INSERT INTO backbone.reconciliation AS r (compared_at, findings)
    VALUES (clock_timestamp(), $1::text::jsonb)
    ON CONFLICT (single)
    DO UPDATE SET compared_at = excluded.compared_at, findings = excluded.findings
"""


async def note(configured: Sequence[Settings], findings: Sequence[Finding]) -> None:
    """For each service that was compared: when, and its open differences by kind. A difference
    between a source and a group stands with the group's service, which has to look into it."""
    for settings in configured:
        mine = Counter[str]()
        for one in open_ones(findings):
            if (one.group or one.source).partition(".")[0] == settings.service:
                mine[one.kind.value] += one.count
        sql = await connect(settings, "reconcile")
        try:
            await sql.execute(_NOTE, json.dumps(mine))
        finally:
            await sql.close()
