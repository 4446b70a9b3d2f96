"""Time alone can meet a trigger: a chore of the worker looks once a day."""

from datetime import date
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from credit_list.leads import engine, repository
from credit_list.leads.rules import TRIGGERS
from credit_list.learned import repository as learned
from liandong.clock import china_date
from liandong.db.errors import is_away
from liandong.db.unit_of_work import UnitOfWork
from liandong.definition import Chore
from liandong.identity.actors import SYSTEM
from liandong.metrics import LEADS_WITHOUT_RULES
from liandong.rules.book import NoRuleSet, UnusableRuleSet
from liandong.runtime import Runtime

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100
"""Organisations looked at in one round; each in a transaction of its own."""


async def watch(runtime: Runtime) -> int:
    """Looks at organisations at which nobody has looked today; how many there were."""
    today = china_date(runtime.clock.now())
    async with AsyncSession(runtime.worker_engine) as session:
        many = await repository.districts_to_look_at(session, today)
        broken = [one for one in many if not await _has_rules(runtime, session, one, today)]
        LEADS_WITHOUT_RULES.set(sum(many[one] for one in broken))
        due = await repository.to_look_at(session, today, AT_ONCE, broken)
    for organization_id in due:
        await _look_at(runtime, organization_id)
    return len(due)


async def _has_rules(runtime: Runtime, session: AsyncSession, district: str, today: date) -> bool:
    """Nobody is looked at by rules that an administrator must mend first; once they are mended,
    the next round looks."""
    try:
        await runtime.rule_book.resolve(session, TRIGGERS, district, today)
    except (NoRuleSet, UnusableRuleSet):
        return False
    return True


async def _look_at(runtime: Runtime, organization_id: UUID) -> None:
    async def work(uow: UnitOfWork) -> None:
        organization = await learned.lock_organization(uow, organization_id)
        if await repository.has_looked(uow.session, organization_id, uow.today):
            return  # another worker was quicker
        await engine.look_at(uow, organization)
        await repository.looked_at(uow, organization_id)

    async def put_off(uow: UnitOfWork) -> None:
        await repository.looked_at(uow, organization_id)

    actor = SYSTEM(runtime.definition.name)
    try:
        await runtime.work.run(actor, work)
    except Exception as error:
        if is_away(error):
            raise
        log.warning("lead_watch_failed", error=type(error).__name__, exc_info=True)
        await runtime.work.run(actor, put_off)


WATCHING: Final = Chore("leads", 60.0, watch)
