"""A rehearsal: the sixty days of a decision pass in seconds, in a real process."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from liandong.testing.fleet import Fleet, fleet
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import eventually
from services.registry.tests.applications.desk import PERSON

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
FAST = 1_000_000
_REMINDED = """
    SELECT payload FROM backbone.event_feed
    WHERE type = 'cn.liandong.registry.application.reminded' ORDER BY position
"""


async def _submitted(world: Fleet) -> dict[str, Any]:
    """An organisation's renewal, from the desk."""
    clerk = world.processes.bearer("clerk-1", "clerk")
    body = {
        "kind": "service_institution",
        "name": "合肥市庐阳区示例社会工作服务中心",
        "credit_code": "52110000MJ0163191U",
        "district": "340103",
        "registered_on": "2020-03-02",
    }
    async with world.client("registry") as desk:
        made = (await desk.post("/v1/organizations", json=body, headers=clerk)).json()
        content = {"matter": "renewal", "organization_id": made["id"], "reason": "expiry"}
        form = {"content": content, "applicant": PERSON}
        draft = (await desk.post("/v1/applications", json=form, headers=clerk)).json()
        answer = await desk.post(
            f"/v1/applications/{draft['id']}/submit", headers=clerk | {"If-Match": '"v1"'}
        )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("transport", ["feed", "kafka"])
async def test_a_procedure_of_sixty_days_is_rehearsed_in_seconds(
    request: pytest.FixtureRequest,
    transport: str,
    database_templates: DatabaseTemplates,
    tmp_path: Path,
) -> None:
    bootstrap = request.getfixturevalue("kafka_bootstrap") if transport == "kafka" else ""
    async with fleet(
        database_templates, tmp_path, transport, bootstrap, MONDAY, services=["registry"]
    ) as world:
        registry = world.service("registry")
        registry.start()
        await registry.ready()
        application = await _submitted(world)
        world.clock.set(world.clock.now(), speed=FAST)

        async def over() -> list[str]:
            rows = await world.fetch("registry", _REMINDED)
            told = [bytes(row["payload"]).decode() for row in rows]
            return told if any('"overdue"' in one for one in told) else []

        told = await eventually(over)
        assert [("acceptance" in one, "decision" in one) for one in told] == [
            (True, False),
            (False, True),
            (False, True),
        ]
        clerk = world.processes.bearer("clerk-1", "clerk")
        async with world.client("registry") as desk:
            answer = await desk.get(f"/v1/applications/{application['id']}", headers=clerk)
        found = answer.json()
        assert (found["status"], found["accepted_by_silence"]) == ("accepted", True)
        assert (found["clock"]["due_on"], found["clock"]["urgency"]) == ("2026-05-06", "overdue")
