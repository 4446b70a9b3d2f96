"""Checking ten thousand organisations in one call, among four million."""

import random

from benchmarks.load import Plan, measure, post
from benchmarks.processes import running
from benchmarks.report import Row, median, within
from benchmarks.rows.credit_check import populated
from benchmarks.servers import Stage

NAME = "credit-bulk-check"
GOAL_MS = 150.0
CODES = 10_000
_CALLS = 20
"""Different ones; they are repeated until the time is over."""


async def run(stage: Stage) -> list[Row]:
    url, codes, told = await populated(stage)
    service = stage.service("credit-list", "api", url)
    token = stage.bearer("buyer-1", "buyer")
    dice = random.Random(4)
    now, past = (
        [
            post(
                "/v1/checks",
                {"codes": dice.choices(codes, k=CODES), "purpose": "award", "day": day},
                authorization=token,
            )
            for _ in range(_CALLS)
        ]
        for day in (None, "2025-01-01")
    )
    rows: list[Row] = []
    with running(service):
        for name, requests, goal in ((NAME, now, GOAL_MS), (f"{NAME}/past-day", past, None)):
            plan = Plan(service.port, requests, 1, stage.count(20, least=6), stage.seconds(10))
            found = [await measure(stage, plan) for _ in range(stage.rounds)]
            p99 = median([one.p99_ms for one in found])
            detail = f"p99 {p99:.0f} ms; {CODES:,} codes a call, 1 connection; {told}"
            rows.append(within(name, median([one.p50_ms for one in found]), "ms", goal, detail))
    return rows
