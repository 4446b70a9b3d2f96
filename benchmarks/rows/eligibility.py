"""Asking over HTTP whether an organisation is eligible, with a million organisations projected."""

import random
from uuid import UUID

from benchmarks.load import Plan, Result, get, measure
from benchmarks.processes import connect, running
from benchmarks.report import Row, at_most, median, spread
from benchmarks.servers import Stage
from liandong.embedded.program import Program

NAME = "eligibility-p99-1m"
CONNECTIONS = 4
"""Few, so that the time of the answer is measured and not the length of the queue."""

_ORGANIZATIONS = """
    INSERT INTO learned_organization
        (organization_id, kind, status, name, credit_code, district, learned_from, learned_at,
         status_learned_from, status_learned_at)
    SELECT gen_random_uuid(), 'service_institution', 'active',
           '合肥市庐阳区阳光社会工作服务中心' || n, '52340103XN' || lpad(n::text, 8, '0'), '340103',
           gen_random_uuid(), now(), gen_random_uuid(), now()
    FROM generate_series(1, $1::bigint) AS n
"""
_GRADES = """
    INSERT INTO learned_grade
        (grade_id, organization_id, grade, status, valid_from, valid_until, learned_from,
         learned_at)
    SELECT gen_random_uuid(), organization_id, '3A', 'in_force', '2024-01-01', '2028-12-31',
           learned_from, learned_at
    FROM learned_organization WHERE credit_code LIKE '%5'
"""
_LISTINGS = """
    INSERT INTO learned_listing
        (listing_id, organization_id, measures, list, listed_on, learned_from, learned_at)
    SELECT gen_random_uuid(), organization_id, '["bar-bids"]', 'serious', '2026-01-05',
           learned_from, learned_at
    FROM learned_organization WHERE credit_code LIKE '%77'
"""


async def run(stage: Stage) -> list[Row]:
    url = await stage.database("supply-demand")
    count = stage.count(1_000_000, least=1_000)
    ids = await _project(url, count)
    service = stage.service("supply-demand", "api", url)
    floor = stage.floor("benchmarks.floors.eligibility", settings={"FLOOR_DATABASE_URL": url})
    ours: list[Result] = []
    floors: list[Result] = []
    token = stage.bearer("buyer-1", "buyer")
    with running(service, floor):
        for _ in range(stage.rounds):
            ours.append(await _asked(stage, service, "/v1/eligibility", ids, token))
            floors.append(await _asked(stage, floor, "/eligibility", ids, token))
    p99, base = [one.p99_ms for one in ours], [one.p99_ms for one in floors]
    halves = median([one.p50_ms for one in ours])
    detail = (
        f"p50 {halves:.2f} ms, {count:,} organisations, {CONNECTIONS} connections;"
        f" {spread(p99, base)}"
    )
    return [
        at_most(NAME, median(p99), "ms", median(base), None, detail),
        at_most(f"{NAME}/p50", halves, "ms", median([one.p50_ms for one in floors]), None),
    ]


async def _project(url: str, count: int) -> list[UUID]:
    """Fills the projection; every tenth organisation has a grade, every hundredth is listed."""
    connection = await connect(url)
    try:
        await connection.execute(_ORGANIZATIONS, count, timeout=300)
        for statement in (_GRADES, _LISTINGS, "VACUUM ANALYZE"):
            await connection.execute(statement, timeout=300)
        rows = await connection.fetch(
            "SELECT organization_id FROM learned_organization ORDER BY organization_id LIMIT $1",
            min(count, 50_000),
        )
    finally:
        await connection.close()
    ids = [row["organization_id"] for row in rows]
    random.Random(1).shuffle(ids)
    return ids


async def _asked(stage: Stage, server: Program, path: str, ids: list[UUID], token: str) -> Result:
    sample = random.Random(2).sample(ids, min(len(ids), 5_000))
    requests = [get(f"{path}/{one}", authorization=token) for one in sample]
    warm, seconds = stage.count(300, least=20), stage.seconds(5)
    return await measure(stage, Plan(server.port, requests, CONNECTIONS, warm, seconds))
