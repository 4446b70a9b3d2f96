"""逾期未报送: what it means for one organisation. Nobody is listed by it."""

from collections.abc import Iterable
from datetime import date

from liandong.db.unit_of_work import UnitOfWork
from registry.inspections import repository
from registry.inspections.domain import Action, advance
from registry.inspections.events import InspectionMissed, InspectionRevocationIndicated
from registry.inspections.models import Inspection
from registry.inspections.rules import InspectionRules
from registry.inspections.streaks import Streaks, Year, indicates_revocation, streaks


def last_day_of(inspection: Inspection, season_day: date) -> date:
    """The organisation's own day, where it was given a later one."""
    own = inspection.own_last_day
    return season_day if own is None else max(own, season_day)


def miss(
    uow: UnitOfWork,
    inspection: Inspection,
    season_day: date,
    rules: InspectionRules,
    before: Iterable[Year],
) -> None:
    """Of an inspection that is locked. What was missed once is not told a second time."""
    inspection.status = advance(inspection.status, Action.MISS)
    if inspection.missed_on is not None:
        inspection.touch(uow.now)
        uow.session.add(repository.step(uow, inspection, Action.MISS))
        return
    inspection.missed_on = uow.today
    found = count(inspection, before)
    due_on = last_day_of(inspection, season_day)
    uow.publish(InspectionMissed(**inspection.facts(), due_on=due_on), of=inspection)
    uow.session.add(repository.step(uow, inspection, Action.MISS, due_on=due_on.isoformat()))
    indicate(uow, inspection, found, rules)


def count(inspection: Inspection, before: Iterable[Year]) -> Streaks:
    """Counts the years running anew and keeps them."""
    this = Year(inspection.year, inspection.status, inspection.missed_on, inspection.verdict)
    found = streaks(this, before)
    inspection.consecutive_missed = found.missed
    inspection.consecutive_basic = found.basically_qualified
    inspection.consecutive_unqualified = found.unqualified
    return found


def indicate(
    uow: UnitOfWork, inspection: Inspection, found: Streaks, rules: InspectionRules
) -> None:
    """提示撤销登记 (Order 27): told once; taken back when the years no longer add up."""
    reached = indicates_revocation(inspection.kind, found, rules.revocation)
    news = reached and not inspection.revocation_indicated
    inspection.revocation_indicated = reached
    if news:
        event = InspectionRevocationIndicated(**inspection.facts(), years=found.bad)
        uow.publish(event, of=inspection)
        uow.session.add(repository.step(uow, inspection, "revocation-indicated"))
