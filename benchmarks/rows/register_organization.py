"""Registering an organisation over HTTP: the row, its event and its audit entry, made durable."""

from benchmarks import organizations
from benchmarks.floors.tables import copy_shape
from benchmarks.load import Plan, measure, post
from benchmarks.processes import connect, running
from benchmarks.report import Row, at_least, median, spread
from benchmarks.servers import Stage
from liandong.embedded.program import Program

NAME = "register-organization"
GOAL = 0.50


async def run(stage: Stage) -> list[Row]:
    url = await stage.database("registry")
    await _shapes(url)
    registry = stage.service("registry", "api", url)
    floor = stage.floor("benchmarks.floors.http", settings={"FLOOR_DATABASE_URL": url})
    ours: list[float] = []
    floors: list[float] = []
    count, warm = stage.count(4000, least=80), stage.count(400, least=20)
    with running(registry, floor):
        for turn in range(stage.rounds):
            first = turn * (count + warm) + 1
            wanted = list(range(first, first + count + warm))
            requests = organizations.registrations(stage, wanted)
            ours.append(await _rate(stage, registry, requests, warm))
            bodies = [organizations.registration(number) for number in wanted]
            floors.append(
                await _rate(stage, floor, [post("/organizations", body) for body in bodies], warm)
            )
    detail = f"{spread(ours, floors)}; {await _sizes(url)}"
    return [at_least(NAME, median(ours), "requests/s", median(floors), GOAL, detail)]


async def _rate(stage: Stage, server: Program, requests: list[str], warm: int) -> float:
    return (await measure(stage, Plan(server.port, requests, warm=warm, status=201))).rate


async def _shapes(url: str) -> None:
    connection = await connect(url)
    try:
        for table in ("public.organization", "backbone.outbox"):
            await copy_shape(connection, table)
    finally:
        await connection.close()


async def _sizes(url: str) -> str:
    """Both outboxes hold as many events, of about one size."""
    connection = await connect(url)
    try:
        found = [
            await connection.fetchrow(
                "SELECT count(*) AS events,"
                " round(avg(octet_length(payload) + octet_length(headers::text))) AS bytes"
                f" FROM {schema}.outbox"
            )
            for schema in ("backbone", "floor")
        ]
    finally:
        await connection.close()
    ours, floor = found
    assert ours["events"] == floor["events"]
    return f"an event of {ours['bytes']} bytes; floor {floor['bytes']}"
