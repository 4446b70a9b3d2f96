"""限期整改: order, extension, report, examination, and how it ends."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.guards import two_persons
from liandong.problems import Conflict
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.working_days import load
from registry.inspections import repository
from registry.inspections.domain import Action, Status, advance
from registry.inspections.due import ends
from registry.inspections.events import (
    RectificationCompleted,
    RectificationExtended,
    RectificationFailed,
    RectificationOrdered,
    RectificationReminded,
)
from registry.inspections.models import Inspection
from registry.inspections.rules import Rectification
from registry.inspections.schemas import Examination, OrderRectification, RectificationReport
from registry.inspections.seasons import rules_of
from registry.inspections.service import applicants_rule, at_hand, done

RECTIFICATION: Final = "inspection.rectification"


class NothingToRectify(Conflict):
    slug, title = "nothing-to-rectify", "该结论不需要整改"


class ExtensionsUsed(Conflict):
    slug, title = "extensions-used", "整改期限不能再延长"


class NotExamined(Conflict):
    slug, title = "not-examined", "尚未查验整改情况"


async def order(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: OrderRectification
) -> Inspection:
    """责令限期整改, after 基本合格 or 不合格."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.ORDER_RECTIFICATION)
    rules = await _rules(uow, inspection)
    if inspection.verdict not in rules.after:
        raise NothingToRectify()
    due_on = ends(uow.today, rules.period, load())
    inspection.rectify_by = due_on
    inspection.rectification = {
        "ordered_on": uow.today.isoformat(),
        "ordered_by": uow.actor.subject,
        "requirements": body.requirements,
        "extensions": [],
        "reported_on": None,
        "report": "",
        "examined_by": None,
        "met": None,
        "examination": "",
    }
    await _set_clock(uow, inspection, due_on - timedelta(days=rules.warn_days))
    uow.publish(RectificationOrdered(**inspection.facts(), due_on=due_on), of=inspection)
    due = due_on.isoformat()
    done(uow, inspection, Action.ORDER_RECTIFICATION, body.requirements, due_on=due)
    return inspection


async def extend(uow: UnitOfWork, inspection_id: UUID, version: int, reason: str) -> Inspection:
    """延长整改期限, counted from the day on which it would have ended."""
    inspection = await _going_on(uow, inspection_id, version)
    rules = await _rules(uow, inspection)
    kept, before = inspection.rectification, inspection.rectify_by
    assert kept is not None
    assert before is not None
    if len(kept["extensions"]) >= rules.extensions_max:
        raise ExtensionsUsed(f"最多延长 {rules.extensions_max} 次")
    due_on = ends(before, rules.extension, load())
    made = {"on": uow.today.isoformat(), "from": before.isoformat(), "to": due_on.isoformat()}
    inspection.rectification = {**kept, "extensions": [*kept["extensions"], made]}
    inspection.rectify_by = due_on
    if kept["reported_on"] is None:
        await _set_clock(uow, inspection, due_on - timedelta(days=rules.warn_days))
    uow.publish(RectificationExtended(**inspection.facts(), due_on=due_on), of=inspection)
    done(uow, inspection, Action.CHANGE_RECTIFICATION, reason, step="extended", **made)
    return inspection


async def report(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: RectificationReport
) -> Inspection:
    """The organisation says what it has done; its clock stops."""
    inspection = await repository.lock(uow, inspection_id)
    inspection.expect(version)
    applicants_rule(uow.actor, inspection)
    inspection.status = advance(inspection.status, Action.CHANGE_RECTIFICATION)
    _keep(inspection, reported_on=uow.today.isoformat(), report=body.report)
    await cancel_deadline(uow, RECTIFICATION, inspection.id)
    inspection.touch(uow.now)
    done(uow, inspection, Action.CHANGE_RECTIFICATION, body.report, step="reported")
    return inspection


async def examine(
    uow: UnitOfWork, inspection_id: UUID, version: int, body: Examination
) -> Inspection:
    """查验: the examiner proposes; somebody else settles it."""
    inspection = await _going_on(uow, inspection_id, version)
    _keep(inspection, examined_by=uow.actor.subject, met=body.met, examination=body.opinion)
    inspection.touch(uow.now)
    done(uow, inspection, Action.CHANGE_RECTIFICATION, body.opinion, step="examined", met=body.met)
    return inspection


async def complete(uow: UnitOfWork, inspection_id: UUID, version: int) -> Inspection:
    """整改合格."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.RECTIFY)
    _examined_by_another(uow, inspection, "确认整改合格")
    await cancel_deadline(uow, RECTIFICATION, inspection.id)
    uow.publish(RectificationCompleted(**inspection.facts()), of=inspection)
    done(uow, inspection, Action.RECTIFY)
    return inspection


async def fail(uow: UnitOfWork, inspection_id: UUID, version: int, reason: str) -> Inspection:
    """整改不合格: examined and found so, or nothing came until the last day."""
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.FAIL)
    kept, due_on = inspection.rectification, inspection.rectify_by
    assert kept is not None
    assert due_on is not None
    overdue = kept["reported_on"] is None and due_on < uow.today
    if overdue and kept["examined_by"] is None:
        two_persons(kept["ordered_by"], uow.actor, "认定整改不合格")
    else:
        _examined_by_another(uow, inspection, "认定整改不合格")
    await cancel_deadline(uow, RECTIFICATION, inspection.id)
    uow.publish(RectificationFailed(**inspection.facts(), overdue=overdue), of=inspection)
    done(uow, inspection, Action.FAIL, reason, overdue=overdue)
    return inspection


async def annul(uow: UnitOfWork, inspection: Inspection) -> dict[str, Any] | None:
    """The conclusion is another: what was ordered on the old one ends, and is given back."""
    ordered = inspection.rectification
    inspection.rectification, inspection.rectify_by = None, None
    await cancel_deadline(uow, RECTIFICATION, inspection.id)
    return ordered


async def fires(deadline: Deadline, uow: UnitOfWork) -> None:
    """Reminds before the last day, and once more after it; judges nobody."""
    inspection = await repository.lock(uow, deadline.subject_id)
    due_on = inspection.rectify_by
    if inspection.status is not Status.RECTIFYING or due_on is None:
        return
    overdue = due_on < uow.today
    event = RectificationReminded(**inspection.facts(), due_on=due_on, overdue=overdue)
    uow.publish(event, of=inspection)
    if not overdue:
        await _set_clock(uow, inspection, due_on + timedelta(days=1))


async def _set_clock(uow: UnitOfWork, inspection: Inspection, day: date) -> None:
    await set_deadline(uow, RECTIFICATION, inspection.id, china_midnight(day))


async def _going_on(uow: UnitOfWork, inspection_id: UUID, version: int) -> Inspection:
    inspection = await at_hand(uow, inspection_id, version)
    inspection.status = advance(inspection.status, Action.CHANGE_RECTIFICATION)
    return inspection


async def _rules(uow: UnitOfWork, inspection: Inspection) -> Rectification:
    season = await repository.season(uow.session, inspection.season_id)
    return rules_of(season).rectification


def _keep(inspection: Inspection, **given: Any) -> None:
    inspection.rectification = {**(inspection.rectification or {}), **given}


def _examined_by_another(uow: UnitOfWork, inspection: Inspection, act: str) -> None:
    kept = inspection.rectification
    assert kept is not None
    if kept["examined_by"] is None:
        raise NotExamined()
    two_persons(kept["examined_by"], uow.actor, act)
