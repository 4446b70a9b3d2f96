"""Rounds: what the worker does again and again, one worker at a time."""

import asyncio

from liandong.db.unit_of_work import UnitOfWork
from liandong.testing.services import ServiceUnderTest
from liandong.timers.rounds import Round, run_round
from services.registry.tests.figures.test_figures import CHECK, FOLD, numbers, turn
from services.registry.tests.organizations.test_organizations import register


async def test_of_two_workers_one_does_the_round_and_the_other_leaves_it_out(
    registry: ServiceUnderTest,
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(_: UnitOfWork) -> int:
        begun.set()
        await go_on.wait()
        return 7

    one = Round("registry.example", 1, work)
    first = asyncio.create_task(run_round(registry.runtime.work, one))
    await begun.wait()
    assert await run_round(registry.runtime.work, one) == 0
    go_on.set()
    assert await first == 7


async def test_registrations_folds_and_the_first_count_at_once_count_everybody_once(
    registry: ServiceUnderTest,
) -> None:
    async def rounds() -> None:
        for _ in range(5):
            await run_round(registry.runtime.work, FOLD)
            await run_round(registry.runtime.work, CHECK)

    made = [register(registry, number) for number in range(1, 13)]
    await asyncio.gather(*made, rounds(), rounds())
    await turn(registry)
    for district in ("", "340000", "340100", "340103"):
        assert await numbers(registry, district=district, by="kind") == {"service_institution": 12}
