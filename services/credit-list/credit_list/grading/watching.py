"""Time, new organisations and changed rules: the worker looks at whoever is due, some at a time."""

from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.grading import engine, repository
from credit_list.learned import repository as learned
from liandong.clock import china_date
from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import Chore
from liandong.identity.actors import SYSTEM
from liandong.runtime import Runtime

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100
"""Organisations looked at in one round; each in a transaction of its own."""


async def watch(runtime: Runtime) -> int:
    """Evaluates organisations that are due; how many there were."""
    today = china_date(runtime.clock.now())
    async with AsyncSession(runtime.worker_engine) as session:
        rules = await repository.rules_in_force(session, runtime.rule_book, today)
        due = await repository.due(session, today, rules, AT_ONCE)
    for organization_id in due:
        await _look_at(runtime, organization_id, rules)
    return len(due)


async def _look_at(runtime: Runtime, organization_id: UUID, rules: str) -> None:
    async def work(uow: UnitOfWork) -> None:
        organization = await learned.lock_organization(uow, organization_id)
        if await repository.is_due(uow, organization_id, rules):
            await engine.evaluate(uow, organization, rules)

    async def put_off(uow: UnitOfWork) -> None:
        await repository.put_off(uow, organization_id, rules)

    actor = SYSTEM(runtime.definition.name)
    try:
        await runtime.work.run(actor, work)
    except Exception as error:
        if is_away(error):
            raise
        log.warning("grading_failed", error=type(error).__name__, exc_info=True)
        await runtime.work.run(actor, put_off)


GRADING_WATCH: Final = Chore("grades", 10.0, watch)
