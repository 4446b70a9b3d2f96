"""The last days of the annual inspection: everybody fills in the report and hands it in."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import httpx

from benchmarks import masses, organizations
from benchmarks.load import Plan, measure, post, put
from benchmarks.processes import HOST, connect, running
from benchmarks.report import Row, reaching
from benchmarks.servers import Stage
from liandong.clock import RehearsalClock
from liandong.embedded.program import Program
from liandong.values.money import yuan

NAME = "inspection-rush"
SUBMISSIONS = 40_000
GOAL = SUBMISSIONS / 600
"""Submissions a second: forty thousand in ten minutes, none of them answered with an error."""

_SEASON_DAY = datetime(2026, 3, 10, 1, tzinfo=UTC)
CONNECTIONS = 8
_PATIENCE_SECONDS = 600
_REPORT = {
    "compliance": {"obeyed_law": True, "acted_by_articles": True},
    "formalities": {
        "changes_registered": True,
        "articles_approved": True,
        "certificate_held": True,
    },
    "activities": {"summary": "开展为老服务、儿童关爱和社区协商议事等活动。" * 10, "held": []},
    "personnel": {"full_time_staff": 3, "meetings_required": 2, "meetings_held": 2},
    "finance": {
        "opening_net_assets_fen": yuan(100),
        "income_fen": yuan(500),
        "expense_fen": yuan(400),
        "net_assets_fen": yuan(200),
        "assets_fen": yuan(250),
        "liabilities_fen": yuan(50),
    },
    "documents": ["declaration", "audit"],
    "contact": {"name": "示例张三丰", "phone": "13800009001"},
}


async def run(stage: Stage) -> list[Row]:
    url = await stage.database("registry")
    clock = stage.folder / "season.clock"
    RehearsalClock(clock).set(_SEASON_DAY)
    registry = stage.service("registry", "all", url, LIANDONG_REHEARSAL_CLOCK_FILE=str(clock))
    wanted = stage.count(SUBMISSIONS, least=60)
    with running(registry):
        await _bodies(stage, registry, url, wanted)
        inspections = await _season(stage, registry, url)
        clerk = stage.bearer("clerk-1", "clerk")
        filled = [
            put(f"/v1/inspections/{one}/report", _REPORT, authorization=clerk, if_match='"v1"')
            for one in inspections
        ]
        handed_in = [
            post(f"/v1/inspections/{one}/submit", None, authorization=clerk, if_match='"v2"')
            for one in inspections
        ]
        first = await measure(stage, Plan(registry.port, filled, CONNECTIONS))
        second = await measure(stage, Plan(registry.port, handed_in, CONNECTIONS))
    await _all_handed_in(url, len(inspections))
    rate = len(inspections) / (first.seconds + second.seconds)
    detail = (
        f"{len(inspections):,} reports filled in ({first.rate:.0f}/s, p99 {first.p99_ms:.0f} ms)"
        f" and handed in ({second.rate:.0f}/s, p99 {second.p99_ms:.0f} ms), no error;"
        f" {SUBMISSIONS:,} would take {SUBMISSIONS / rate / 60:.1f} minutes"
    )
    return [reaching(NAME, rate, "submissions/s", GOAL, detail=detail)]


async def _bodies(stage: Stage, registry: Program, url: str, count: int) -> None:
    """Bodies of one city that are to be inspected; registered directly, they go to nobody first."""
    await organizations.register(stage, registry, [1])
    connection = await connect(url)
    try:
        person = await connection.fetchrow("SELECT legal_representative, phone FROM organization")
        assert person is not None
        sort = masses.Sort(count, "service_institution", direct_class="community")
        places = [(organizations.DISTRICT, "庐阳区")]
        await masses.fill(connection, [sort], person=(person[0], person[1]), places=places, first=2)
        await connection.execute(
            "UPDATE organization SET registered_on = '2015-03-02', supervisor = '',"
            " direct_class = 'community'"
        )
        await connection.execute("VACUUM ANALYZE organization", timeout=900)
    finally:
        await connection.close()


async def _season(stage: Stage, registry: Program, url: str) -> list[UUID]:
    """The season is open and everybody enrolled."""
    clerk = {"Authorization": stage.bearer("clerk-1", "clerk")}
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{registry.port}") as client:
        body = {"year": 2025, "district": organizations.DISTRICT}
        answer = await client.post("/v1/inspection-seasons", json=body, headers=clerk)
        answer.raise_for_status()
        path = f"/v1/inspection-seasons/{answer.json()['id']}"
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (await client.get(path, headers=clerk)).json()["enrolled_at"] is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
    connection = await connect(url)
    try:
        await connection.execute("VACUUM ANALYZE inspection", timeout=900)
        rows = await connection.fetch("SELECT id FROM inspection ORDER BY id")
    finally:
        await connection.close()
    return [row[0] for row in rows]


async def _all_handed_in(url: str, count: int) -> None:
    """A benchmark of what was not done would be quick."""
    connection = await connect(url)
    try:
        found = await connection.fetch("SELECT status, count(*) FROM inspection GROUP BY status")
        events = await connection.fetchval(
            "SELECT count(*) FROM backbone.event_feed WHERE type LIKE '%inspection.submitted'"
        ) + await connection.fetchval(
            "SELECT count(*) FROM backbone.outbox WHERE type LIKE '%inspection.submitted'"
        )
    finally:
        await connection.close()
    told = json.dumps({row["status"]: row["count"] for row in found})
    assert told == json.dumps({"submitted_to_registrar": count}), told
    assert events == count, f"{events} events of {count} submissions"
