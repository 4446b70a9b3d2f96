"""The bench of a file: its service on a real database, in the world that the file builds."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from liandong.clock import FixedClock
from liandong.contracts.definitions import definition_of
from liandong.testing.postgres import DatabaseTemplates
from liandong.testing.services import START, ServiceUnderTest, migrated, start
from tests.fuzz import plan
from tests.fuzz.access import access_by_operation
from tests.fuzz.afterwards import write_report
from tests.fuzz.bench import Bench
from tests.fuzz.dressing import Dressing
from tests.fuzz.world import Scene, World


def _no_listing(request: httpx.Request) -> httpx.Response:
    """Credit-list knows nothing against anybody."""
    free = {"known": True, "barred_from_bids": False, "payments_held": False}
    return httpx.Response(200, json={"organization_id": request.url.path.rsplit("/", 1)[1], **free})


@asynccontextmanager
async def _under_test(
    scene: Scene, templates: DatabaseTemplates
) -> AsyncIterator[ServiceUnderTest]:
    definition = definition_of(scene.service)
    url = await migrated(templates, definition)
    peer = httpx.AsyncClient(
        transport=httpx.MockTransport(_no_listing), base_url="http://credit-list.test"
    )
    service = start(definition, url, clock=FixedClock(START), peers={"credit-list": peer})
    try:
        yield service
    finally:
        await service.close()
        await templates.drop(url)


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest, database_templates: DatabaseTemplates) -> Iterator[Bench]:
    scene: Scene = request.module.SCENE
    with asyncio.Runner() as runner:
        living = _under_test(scene, database_templates)
        service = runner.run(living.__aenter__())
        try:
            world = World(service, scene.places)
            runner.run(scene.build(world))
            access = access_by_operation(service.definition)
            bench = Bench(
                plan.published(scene.service), world, Dressing(scene, world, access), runner
            )
            yield bench
            write_report(bench)
        finally:
            runner.run(living.__aexit__(None, None, None))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", plan.operations(metafunc.module.SCENE.service))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long_run: a short run need not get so far")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One test tries one operation as often as it was told to."""
    here = [item for item in items if item.path.parent == plan.ROOT / "tests" / "fuzz"]
    if plan.LONG:
        for item in here:
            item.add_marker(pytest.mark.timeout(120 + plan.EXAMPLES * 2))
        return
    left_out = [item for item in here if item.get_closest_marker("long_run")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_report_header() -> str | None:
    if not plan.LONG:
        return None
    return f"fuzz: {plan.EXAMPLES} examples per operation, LIANDONG_FUZZ_SEED={plan.SEED}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not plan.LONG:
        return
    terminalreporter.section("operations and their answers")
    for file in sorted(plan.REPORTS.glob("*.json")):
        found = json.loads(file.read_text())
        terminalreporter.write_line(f"{file.stem}: {len(found['answers'])} operations")
        for label, statuses in found["answers"].items():
            reached = "" if label not in found["never entered"] else "   <- never entered"
            terminalreporter.write_line(f"  {label} {statuses}{reached}")
