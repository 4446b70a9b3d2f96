"""Finding organisations by name over HTTP, among four million."""

from urllib.parse import quote

from benchmarks import masses, organizations
from benchmarks.load import Plan, Result, get, measure
from benchmarks.processes import connect, running
from benchmarks.report import Row, median, within
from benchmarks.servers import Stage
from liandong.embedded.program import Program

NAME = "registry-search"
GOAL = 50.0
CONNECTIONS = 2
"""Few, so that the time of the answer is measured and not the length of the queue."""

WORDS = {
    "common": ("协会", "服务", "社区", "互助会", "阳光社区", "服务中心"),
    "middling": (*masses.MIDDLING, "合肥", "养老院", "庐阳区", "法律援助互助会"),
    "rare": (*masses.RARE, "庐阳区阳光科普", "不在其中的词"),
}
"""A word of four million names: in very many, in some thousands, in a handful or in none."""


async def run(stage: Stage) -> list[Row]:
    url, count, told = await populated(stage)
    registry = stage.service("registry", "api", url)
    found: dict[str, list[Result]] = {kind: [] for kind in WORDS}
    slowest: dict[str, float] = {}
    with running(registry):
        for _ in range(stage.rounds):
            for kind, words in WORDS.items():
                found[kind].append(await _asked(stage, registry, words))
        for word in (word for words in WORDS.values() for word in words):
            slowest[word] = (await _asked(stage, registry, (word,), seconds=1)).p99_ms
    rows: list[Row] = []
    for kind, results in found.items():
        p50 = median([one.p50_ms for one in results])
        worst = max(WORDS[kind], key=lambda word: slowest[word])
        detail = (
            f"p50 {p50:.1f} ms; slowest word {worst}, p99 {slowest[worst]:.0f} ms;"
            f" {count:,} organisations, {CONNECTIONS} connections; {told}"
        )
        p99 = median([one.p99_ms for one in results])
        rows.append(within(f"{NAME}/{kind}", p99, "ms", GOAL, detail))
    return rows


async def populated(stage: Stage) -> tuple[str, int, str]:
    """A register of four million; made once for all rows that ask for it. With its sizes."""
    known = stage.kept.get("register")
    if known is not None:
        return known
    url = await stage.database("registry")
    registry = stage.service("registry", "api", url)
    with running(registry):
        await organizations.register(stage, registry, [1])
    count = stage.count(4_000_000, least=5_000)
    connection = await connect(url)
    try:
        person = await connection.fetchrow("SELECT legal_representative, phone FROM organization")
        assert person is not None
        await masses.fill(connection, masses.country(count), person=(person[0], person[1]), first=2)
        for table in ("organization", "organization_mark"):
            await connection.execute(f"VACUUM ANALYZE {table}", timeout=900)
        size = await connection.fetchrow(
            "SELECT pg_size_pretty(pg_table_size('organization')) AS rows,"
            " pg_size_pretty(pg_indexes_size('organization')) AS indexes,"
            " pg_size_pretty(pg_relation_size('ix_organization_chance')) AS chance,"
            " pg_size_pretty(pg_relation_size('ix_organization_name_bigrams')) AS bigrams"
        )
    finally:
        await connection.close()
    assert size is not None
    told = (
        f"table {size['rows']}, indexes {size['indexes']}"
        f" (of the window {size['chance']}, of pairs of signs {size['bigrams']})"
    )
    stage.kept["register"] = (url, count, told)
    return url, count, told


async def _asked(
    stage: Stage, server: Program, words: tuple[str, ...], seconds: float = 5
) -> Result:
    requests = [get(f"/v1/organizations?name={quote(word)}&limit=50") for word in words]
    plan = Plan(server.port, requests, CONNECTIONS, len(requests) * 2, stage.seconds(seconds))
    return await measure(stage, plan)
