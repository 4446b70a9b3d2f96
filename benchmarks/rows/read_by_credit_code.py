"""Reading an organisation by its credit code, over HTTP, as the public does."""

import json
import urllib.request
from typing import Any

from benchmarks import organizations
from benchmarks.floors.tables import copy_shape
from benchmarks.load import Plan, get, measure
from benchmarks.processes import HOST, connect, forget_samples, running
from benchmarks.report import Row, at_least, median, spread
from benchmarks.servers import Stage
from liandong.embedded.program import Program

NAME = "read-by-credit-code"
GOAL = 0.60

_OURS = "/v1/organizations/by-credit-code/{}"
_FLOOR = "/organizations/by-credit-code/{}"


async def run(stage: Stage) -> list[Row]:
    url = await stage.database("registry")
    codes = list(range(1, stage.count(2000, least=50) + 1))
    registry = stage.service("registry", "api", url)
    settings = {"FLOOR_DATABASE_URL": url}
    floor = stage.floor("benchmarks.floors.http", settings=settings)
    bare = stage.floor("benchmarks.floors.bare", settings={})
    with running(registry, floor):
        await organizations.register(stage, registry, codes)
        await _copy(url, _read(registry, _OURS, codes[0]))
        same = _read(registry, _OURS, codes[0]) == _read(floor, _FLOOR, codes[0])
        assert same, "the floor must give the same body"
        forget_samples(registry)
        public: list[float] = []
        known: list[float] = []
        floors: list[float] = []
        token = stage.bearer("partner-1", "partner")
        for _ in range(stage.rounds):
            public.append(await _rate(stage, registry, _OURS, codes))
            floors.append(await _rate(stage, floor, _FLOOR, codes))
            known.append(await _rate(stage, registry, _OURS, codes, authorization=token))
    with running(bare):
        limit = (await measure(stage, Plan(bare.port, [get("/")], warm=50, seconds=1))).rate
    base = median(floors)
    detail = f"{spread(public, floors)}; load generator up to {limit:,.0f} requests/s"
    return [
        at_least(NAME, median(public), "requests/s", base, GOAL, detail),
        at_least(f"{NAME}/with-token", median(known), "requests/s", base, None),
    ]


async def _copy(url: str, shown: dict[str, Any]) -> None:
    """The same rows for the floor, which keeps as plain text what the public is shown."""
    connection = await connect(url)
    try:
        table = await copy_shape(connection, "public.organization")
        await connection.execute(f"INSERT INTO {table} SELECT * FROM public.organization")
        await connection.execute(
            f"UPDATE {table} SET legal_representative = $1, phone = $2",
            shown["legal_representative"],
            shown["phone"],
        )
        await connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
        await connection.execute("VACUUM ANALYZE public.organization")
    finally:
        await connection.close()


def _read(server: Program, path: str, number: int) -> dict[str, Any]:
    address = f"http://{HOST}:{server.port}{path.format(organizations.code(number))}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


async def _rate(
    stage: Stage, server: Program, path: str, numbers: list[int], **headers: str
) -> float:
    requests = [get(path.format(organizations.code(number)), **headers) for number in numbers]
    seconds = stage.seconds(4)
    plan = Plan(server.port, requests, warm=stage.count(1000, least=50), seconds=seconds)
    return (await measure(stage, plan)).rate
