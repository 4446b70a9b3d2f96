"""Time, new organisations and changed rules: the worker looks at whoever is due, some at a time."""

from collections.abc import Sequence
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

AT_ONCE: Final = 50
"""Organisations looked at in one transaction; one that cannot be evaluated is put off alone."""


async def watch(runtime: Runtime) -> int:
    """Evaluates organisations that are due; how many there were."""
    today = china_date(runtime.clock.now())
    async with AsyncSession(runtime.worker_engine) as session:
        rules = await repository.rules_in_force(session, runtime.rule_book, today)
        due = await repository.due(session, today, rules, AT_ONCE)
    if due and not await _looked_at(runtime, due, rules):
        for organization_id in due:
            if not await _looked_at(runtime, [organization_id], rules):
                await _put_off(runtime, organization_id, rules)
    return len(due)


async def _looked_at(runtime: Runtime, ids: Sequence[UUID], rules: str) -> bool:
    """All of them, or none."""

    async def work(uow: UnitOfWork) -> None:
        organizations = await learned.lock_organizations(uow, ids)
        due = await repository.still_due(uow, ids, rules)
        chosen = [one for one in organizations if one.organization_id in due]
        if chosen:
            await engine.evaluate(uow, chosen, rules)

    try:
        await runtime.work.run(SYSTEM(runtime.definition.name), work)
    except Exception as error:
        if is_away(error):
            raise
        log.warning("grading_failed", error=type(error).__name__, many=len(ids), exc_info=True)
        return False
    return True


async def _put_off(runtime: Runtime, organization_id: UUID, rules: str) -> None:
    async def work(uow: UnitOfWork) -> None:
        await repository.put_off(uow, organization_id, rules)

    await runtime.work.run(SYSTEM(runtime.definition.name), work)


GRADING_WATCH: Final = Chore("grades", 10.0, watch)
