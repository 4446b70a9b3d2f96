"""The clock of a filing: set at every step, tells what is due."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Problem
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.working_days import load
from registry.filings import repository
from registry.filings.clocks import Notice, Standing, limit_of, notices, standing
from registry.filings.events import FilingReminded
from registry.filings.models import Filing
from registry.filings.rules import FILINGS, FilingRules

CLOCK: Final = "filing.clock"
_ORDER: Final = list(Notice)


async def rules_for(uow: UnitOfWork, filing: Filing) -> RuleSet[FilingRules]:
    """As in force when the filing was submitted."""
    return await uow.rules(FILINGS, filing.district, filing.submitted_on)


async def begin_step(uow: UnitOfWork, filing: Filing, rules: FilingRules) -> date:
    """The filing came to another step; the last day of it."""
    filing.stage_since, filing.told = uow.today, None
    await _set(uow, filing, rules)
    limit = limit_of(filing.status, rules)
    assert limit is not None
    return standing(limit, filing.stage_since, uow.today, load()).due_on


async def end(uow: UnitOfWork, filing: Filing) -> None:
    filing.stage_since = uow.today
    await cancel_deadline(uow, CLOCK, filing.id)


async def standings(uow: UnitOfWork, filings: Sequence[Filing]) -> list[Standing | None]:
    """Of a page of filings; rules are looked up once for each place and day. Never fails."""
    known: dict[tuple[str, date], FilingRules | None] = {}
    found: list[Standing | None] = []
    for one in filings:
        asked = (one.district, one.submitted_on)
        if asked not in known:
            try:
                known[asked] = (await rules_for(uow, one)).parameters
            except Problem:
                known[asked] = None
        rules = known[asked]
        limit = None if rules is None else limit_of(one.status, rules)
        found.append(limit and standing(limit, one.stage_since, uow.today, load()))
    return found


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """The days are counted again: a working calendar may have come meanwhile."""
    filing = await repository.lock(uow, deadline.subject_id)
    rules = (await rules_for(uow, filing)).parameters
    limit = limit_of(filing.status, rules)
    if limit is None:
        return
    reached = [
        notice
        for day, notice in notices(limit, filing.stage_since, load())
        if day <= uow.today and _is_news(notice, filing.told)
    ]
    if reached:
        filing.told = reached[-1]
        due = standing(limit, filing.stage_since, uow.today, load()).due_on
        event = FilingReminded(**filing.facts(), notice=reached[-1], due_on=due)
        uow.publish(event, of=filing)
    await _set(uow, filing, rules)


async def _set(uow: UnitOfWork, filing: Filing, rules: FilingRules) -> None:
    limit = limit_of(filing.status, rules)
    for day, notice in notices(limit, filing.stage_since, load()) if limit else ():
        if _is_news(notice, filing.told):
            await set_deadline(uow, CLOCK, filing.id, china_midnight(day))
            return
    await cancel_deadline(uow, CLOCK, filing.id)


def _is_news(notice: Notice, told: str | None) -> bool:
    return told is None or _ORDER.index(notice) > _ORDER.index(Notice(told))
