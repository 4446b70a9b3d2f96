"""Checking how one organisation stands over HTTP: signed, and on record who asked."""

import random

from benchmarks import credit
from benchmarks.load import Plan, Result, get, measure
from benchmarks.processes import connect, running
from benchmarks.report import Row, at_least, median, spread, within
from benchmarks.servers import Stage
from liandong.embedded.program import Program

NAME = "credit-check"
GOAL = 0.60
P99_MS = 10.0
FEW = 2
"""Connections with which the time of the answer is measured and not the length of the queue."""
_SAMPLE = 4_000


async def run(stage: Stage) -> list[Row]:
    url, codes, told = await populated(stage)
    service = stage.service("credit-list", "api", url)
    floor = stage.floor("benchmarks.floors.standing", settings={"FLOOR_DATABASE_URL": url})
    token = stage.bearer("buyer-1", "buyer")
    asked = random.Random(3).sample(codes, min(len(codes), stage.count(_SAMPLE, least=200)))
    ours: list[Result] = []
    floors: list[Result] = []
    alone: list[Result] = []
    checks = [get(f"/v1/checks/{one}?purpose=award", authorization=token) for one in asked]
    plain = [get(f"/standing/{one}", authorization=token) for one in asked]
    with running(service, floor):
        for _ in range(stage.rounds):
            ours.append(await _measured(stage, service, checks))
            floors.append(await _measured(stage, floor, plain))
            alone.append(await _measured(stage, service, checks, connections=FEW))
    rates, base = [one.rate for one in ours], [one.rate for one in floors]
    p99 = median([one.p99_ms for one in alone])
    p50 = median([one.p50_ms for one in alone])
    return [
        at_least(NAME, median(rates), "requests/s", median(base), GOAL, spread(rates, base)),
        within(f"{NAME}/p99", p99, "ms", P99_MS, f"p50 {p50:.1f} ms; {FEW} connections; {told}"),
    ]


async def populated(stage: Stage) -> tuple[str, list[str], str]:
    """Four million organisations and 400,000 listings; made once for all rows that ask for it."""
    known = stage.kept.get("credit")
    if known is not None:
        return known
    url = await stage.database("credit-list")
    count = stage.count(4_000_000, least=2_000)
    connection = await connect(url)
    try:
        organizations, listings = await credit.fill(connection, count)
    finally:
        await connection.close()
    told = f"{organizations:,} organisations, {listings:,} listings"
    stage.kept["credit"] = (url, credit.codes(count), told)
    return stage.kept["credit"]


async def _measured(
    stage: Stage, server: Program, requests: list[str], connections: int = 16
) -> Result:
    warm, seconds = stage.count(1000, least=50), stage.seconds(4)
    return await measure(stage, Plan(server.port, requests, connections, warm, seconds))
