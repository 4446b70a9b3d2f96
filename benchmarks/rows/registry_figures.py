"""Figures over HTTP, of four million organisations and of any day."""

from benchmarks.load import Plan, Result, get, measure
from benchmarks.masses import without_indexes
from benchmarks.processes import connect, running
from benchmarks.report import Row, median, within
from benchmarks.rows.registry_search import populated
from benchmarks.servers import Stage
from liandong.clock import SystemClock
from liandong.db.engine import transactional, worker_engine
from liandong.db.unit_of_work import UnitOfWorkFactory
from liandong.embedded.program import Program
from liandong.identity.actors import SYSTEM
from liandong.settings import Settings
from registry.app import DEFINITION
from registry.figures.checking import count_all

NAME = "registry-figures"
GOAL = 50.0
CONNECTIONS = 2

ASKED = {
    "today": (
        "?by=kind", "?by=nature", "?by=service_field", "?by=district", "?by=district,kind",
        "?district=340000&by=district", "?district=340100&by=district,nature",
        "?district=340103&by=community_class",
    ),
    "of-a-day": (
        "?by=kind&as_of=2018-12-31", "?by=nature&as_of=2015-06-15", "?by=district&as_of=2020-11-30",
        "?district=340000&by=management&as_of=2012-02-29",
        "?district=340100&by=kind&as_of=2019-09-20",
    ),
    "shares-and-years": (
        "/shares", "/shares?district=340000", "/shares?district=340100&as_of=2019-09-20",
        "/years?by=kind", "/years?district=340000", "/years?district=340103&by=nature",
    ),
}  # fmt: skip


async def run(stage: Stage) -> list[Row]:
    url, count, _ = await populated(stage)
    told = await _counted(url)
    registry = stage.service("registry", "api", url)
    rows: list[Row] = []
    with running(registry):
        for kind, paths in ASKED.items():
            results = [await _asked(stage, registry, paths) for _ in range(stage.rounds)]
            slowest = {path: (await _asked(stage, registry, (path,), 1)).p99_ms for path in paths}
            worst = max(slowest, key=lambda path: slowest[path])
            p50 = median([one.p50_ms for one in results])
            detail = (
                f"p50 {p50:.1f} ms; slowest {worst}, p99 {slowest[worst]:.0f} ms;"
                f" {count:,} organisations; {told}"
            )
            p99 = median([one.p99_ms for one in results])
            rows.append(within(f"{NAME}/{kind}", p99, "ms", GOAL, detail))
    return rows


async def _counted(url: str) -> str:
    """As the first check of a worker does, but for the indexes, which are made afterwards."""
    connection = await connect(url)
    counted = await connection.fetchval("SELECT count(*) FROM figure_check")
    if not counted:
        await connection.execute("SET maintenance_work_mem = '1GB'")
        indexes = await without_indexes(connection, "figure_delta", "figure_sum")
        await _count(url)
        for statement in indexes:
            await connection.execute(statement)
    try:
        for table in ("figure_delta", "figure_sum"):
            await connection.execute(f"VACUUM ANALYZE {table}", timeout=900)
        size = await connection.fetchrow(
            "SELECT pg_size_pretty(pg_total_relation_size('figure_delta')) AS changes,"
            " pg_size_pretty(pg_total_relation_size('figure_sum')) AS sums,"
            " (SELECT count(*) FROM figure_sum) AS rows"
        )
    finally:
        await connection.close()
    assert size is not None
    return f"changes {size['changes']}, sums {size['sums']} in {size['rows']:,} rows"


async def _count(url: str) -> None:
    settings = Settings(service="registry", database_url=url, oidc_issuer="http://localhost")
    engine = worker_engine(settings)
    factory = UnitOfWorkFactory(
        engine=transactional(engine),
        unmanaged=engine,
        clock=SystemClock(),
        service="registry",
        rule_book=DEFINITION.rule_book(),
    )
    async with factory.begin(SYSTEM("registry")) as uow:
        await count_all(uow)
    await engine.dispose()


async def _asked(
    stage: Stage, server: Program, paths: tuple[str, ...], seconds: float = 5
) -> Result:
    requests = [get(f"/v1/figures{path}") for path in paths]
    plan = Plan(server.port, requests, CONNECTIONS, len(requests) * 2, stage.seconds(seconds))
    return await measure(stage, plan)
