"""What must hold of the mechanism after everything that was sent to a service."""

import json
from datetime import timedelta

from sqlalchemy import text

from liandong.audit.log import seal, verify
from tests.fuzz.bench import Bench
from tests.fuzz.plan import REPORTS

_LEFT = {
    "events in the outbox": "SELECT count(*) FROM backbone.outbox",
    "blocked keys": "SELECT count(*) FROM backbone.outbox_blocked",
    "events set aside": "SELECT count(*) FROM backbone.dead_letter",
    "failing deadlines": "SELECT count(*) FROM backbone.deadline WHERE attempts > 0",
    "deadlines not fired": (
        "SELECT count(*) FROM backbone.deadline WHERE state = 'open' AND due_at <= :now"
    ),
    "imports not done": "SELECT count(*) FROM backbone.import_job WHERE status <> 'done'",
}
_EVERYTHING_FALLS_DUE = timedelta(days=365 * 12)


async def nothing_is_left_undone(bench: Bench) -> None:
    """Time passes; then no event, deadline or import is left, and none has failed."""
    service = bench.world.service
    await service.settle()
    service.clock.advance(_EVERYTHING_FALLS_DUE)
    await service.settle()
    async with service.runtime.worker_engine.connect() as connection:
        left = {
            what: int(await connection.scalar(text(query), {"now": service.clock.now()}) or 0)
            for what, query in _LEFT.items()
        }
        why = (
            await connection.execute(
                text("SELECT kind, last_error FROM backbone.deadline WHERE attempts > 0 LIMIT 5")
            )
        ).all()
        published = int(
            await connection.scalar(text("SELECT count(*) FROM backbone.event_feed")) or 0
        )
    assert not any(left.values()), f"{left} {why}"
    assert published, "nothing was published: the fuzzing has not reached a command"


async def every_audit_entry_is_proved(bench: Bench) -> None:
    service = bench.world.service
    engine = service.runtime.worker_engine
    while await seal(engine, service.definition.name):
        pass
    verdict = await verify(engine)
    assert verdict.ok, verdict
    assert verdict.unsealed == 0, verdict
    assert verdict.checked, "there is no audit entry"


def never_entered(bench: Bench) -> dict[str, dict[int, int]]:
    """Operations that were tried and never succeeded, with what they answered."""
    return {
        label: dict(statuses)
        for label, statuses in sorted(bench.answers.items())
        if not any(status < 300 for status in statuses)
    }


def write_report(bench: Bench) -> None:
    """Answers by operation, for whoever reads what the fuzzing reached."""
    scene = bench.dressing.scene
    REPORTS.mkdir(parents=True, exist_ok=True)
    content = {
        "answers": {label: dict(sorted(found.items())) for label, found in bench.answers.items()},
        "never entered": never_entered(bench),
    }
    file = REPORTS / f"{scene.service}.json"
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
