"""The season's clock: one deadline for the whole season, worked off in batches.

Every night the register is followed, whoever has come too late is told, warnings are given. The
phase it stands in is kept with the deadline: a worker that is stopped goes on where it was, and
doing a batch twice changes nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Final

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.timers.deadlines import Deadline, set_deadline
from registry.inspections import enrolling, missing, repository
from registry.inspections.domain import WAITING, Regime, SeasonStatus
from registry.inspections.events import InspectionSeasonReminded
from registry.inspections.models import InspectionSeason
from registry.inspections.rules import InspectionRules
from registry.inspections.seasons import SEASON, rules_of

MISS_BATCH: Final = 200
_Phase = Callable[[UnitOfWork, InspectionSeason, InspectionRules], Awaitable[int]]


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """One batch; then the next, or the next phase at once, or the next night."""
    season = await repository.lock_season(uow, deadline.subject_id)
    phases = _phases(season)
    name = deadline.payload.get("phase")
    at = list(phases).index(name) if name in phases else 0
    done = await list(phases.values())[at](uow, season, rules_of(season))
    if done:
        await set_deadline(uow, SEASON, season.id, uow.now, phase=list(phases)[at])
    elif at + 1 < len(phases):
        await set_deadline(uow, SEASON, season.id, uow.now, phase=list(phases)[at + 1])
    elif await _goes_on(uow, season):
        await set_deadline(uow, SEASON, season.id, china_midnight(_tomorrow(uow.today)))


def _phases(season: InspectionSeason) -> dict[str, _Phase]:
    if season.status is SeasonStatus.WITHDRAWN:
        return {"drop": _drop}
    if season.status is SeasonStatus.CLOSED:
        return {"reconcile": _reconcile, "miss": _miss}
    return {
        "reconcile": _reconcile,
        "readmit": _readmit,
        "enrol": _enrol,
        "miss": _miss,
        "warn": _warn,
    }


async def _reconcile(uow: UnitOfWork, season: InspectionSeason, _: InspectionRules) -> int:
    return await enrolling.reconcile(uow, season)


async def _readmit(uow: UnitOfWork, season: InspectionSeason, _: InspectionRules) -> int:
    return await enrolling.readmit(uow, season)


async def _enrol(uow: UnitOfWork, season: InspectionSeason, rules: InspectionRules) -> int:
    done = await enrolling.enrol(uow, season, rules)
    if not done:
        season.enrolled_at = uow.now
    return done


async def _drop(uow: UnitOfWork, season: InspectionSeason, _: InspectionRules) -> int:
    return await enrolling.drop_all(uow, season)


async def _miss(uow: UnitOfWork, season: InspectionSeason, rules: InspectionRules) -> int:
    for regime in Regime:
        last_day = season.days_of(regime).registrar
        query = repository.overdue(season.id, regime, WAITING, last_day, uow.today)
        found = await repository.lock_many(uow, query, MISS_BATCH)
        if found:
            before = await repository.years_before(
                uow.session, [one.organization_id for one in found], season.year
            )
            for one in found:
                missing.miss(uow, one, last_day, rules, before[one.organization_id])
            return len(found)
    return 0


async def _warn(uow: UnitOfWork, season: InspectionSeason, rules: InspectionRules) -> int:
    """Of the warnings that came due since the last night only the nearest is given."""
    for regime in Regime:
        days = season.days_of(regime)
        for stage, due in (("supervisor", days.supervisor), ("registrar", days.registrar)):
            if due is None or uow.today > due:
                continue
            left = (due - uow.today).days
            key = f"{regime}:{stage}:{due.isoformat()}"
            reached = [n for n in rules.warn_days if left <= n and f"{key}:{n}" not in season.told]
            if reached:
                season.told = [*season.told, *(f"{key}:{n}" for n in reached)]
                await _remind(uow, season, regime, stage, due)
    return 0


async def _remind(
    uow: UnitOfWork, season: InspectionSeason, regime: Regime, stage: str, due: date
) -> None:
    many = await repository.outstanding(uow, season.id, regime, first_review=stage == "supervisor")
    if many:
        event = InspectionSeasonReminded(
            **season.facts(),
            regime=regime,
            stage=stage,
            due_on=due,
            days_left=(due - uow.today).days,
            outstanding=many,
        )
        uow.publish(event, of=season)


async def _goes_on(uow: UnitOfWork, season: InspectionSeason) -> bool:
    """While it is open; after that, while somebody still has to hand in something."""
    if season.status is SeasonStatus.OPEN:
        return True
    if season.status is SeasonStatus.WITHDRAWN:
        return False
    return await repository.any_waiting(uow, season.id)


def _tomorrow(today: date) -> date:
    return today + timedelta(days=1)
