"""Use cases of major activities."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from liandong.clock import china_midnight
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from liandong.rules.rule_set import RuleSet
from liandong.timers.deadlines import Deadline, cancel_deadline, set_deadline
from liandong.values.working_days import CalendarMissing, load
from registry.activities import repository
from registry.activities.domain import OPEN, Action, Status, advance
from registry.activities.events import (
    ActivityAmended,
    ActivityAnswered,
    ActivityCancelled,
    ActivityConcluded,
    ActivityReported,
    ActivityResultOverdue,
)
from registry.activities.models import Activity
from registry.activities.rules import ACTIVITIES, ActivityRules
from registry.activities.schemas import ActivityForm, ReportActivity, Result
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization

RESULT_DUE: Final = "activity.result-due"


class OrganizationOver(Conflict):
    slug, title = "organization-over", "该组织已注销或者被撤销"


async def report(uow: UnitOfWork, body: ReportActivity) -> Activity:
    """A late report is taken all the same, and says that it is late."""
    organization = await uow.session.get(Organization, body.organization_id)
    if organization is None:
        told = "没有这家社会组织"
        raise Invalid(told, [FieldError("/organization_id", "unknown-organization", told)])
    reporters_rule(uow.actor, organization.id, organization.district)
    if organization.status not in LIVING:
        raise OrganizationOver()
    activity = Activity(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        district=organization.district,
        status=Status.REPORTED,
        answer="",
        cancel_reason="",
        result="",
        result_overdue=False,
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _fill(uow, activity, body)
    uow.session.add(activity)
    uow.publish(ActivityReported(**activity.facts()), of=activity)
    _record(uow, activity, "reported", is_late=activity.is_late)
    return activity


async def amend(uow: UnitOfWork, activity_id: UUID, version: int, body: ActivityForm) -> Activity:
    """The organisation plans otherwise: the street has its say again."""
    activity = await _own(uow, activity_id, version, Action.AMEND)
    activity.answer, activity.answered_by = "", None
    await _fill(uow, activity, body)
    uow.publish(ActivityAmended(**activity.facts()), of=activity)
    _record(uow, activity, "amended", is_late=activity.is_late)
    return activity


async def answer(
    uow: UnitOfWork, activity_id: UUID, version: int, action: Action, text: str
) -> Activity:
    """知悉、要求调整、建议不举办."""
    activity = await repository.lock(uow, activity_id)
    activity.expect(version)
    district_rule(uow.actor, activity.district)
    activity.status = advance(activity.status, action)
    activity.answer, activity.answered_by = text, uow.actor.subject
    uow.publish(ActivityAnswered(**activity.facts()), of=activity)
    _record(uow, activity, action.value)
    return activity


async def cancel(uow: UnitOfWork, activity_id: UUID, version: int, reason: str) -> Activity:
    activity = await _own(uow, activity_id, version, Action.CANCEL)
    activity.cancel_reason = reason
    await cancel_deadline(uow, RESULT_DUE, activity.id)
    uow.publish(ActivityCancelled(**activity.facts()), of=activity)
    _record(uow, activity, "cancelled")
    return activity


async def conclude(uow: UnitOfWork, activity_id: UUID, version: int, body: Result) -> Activity:
    """What came of it, when it is over."""
    activity = await _own(uow, activity_id, version, Action.CONCLUDE)
    if uow.today < activity.ends_on:
        told = "活动结束后才能报告结果"
        raise Invalid(told, [FieldError("/result", "not-over", told)])
    activity.result_on = uow.today
    for name, value in body.model_dump().items():
        setattr(activity, name, value)
    await cancel_deadline(uow, RESULT_DUE, activity.id)
    event = ActivityConcluded(**activity.facts(), incident=body.incident)
    uow.publish(event, of=activity)
    _record(uow, activity, "concluded", incident=body.incident)
    return activity


async def result_due(deadline: Deadline, uow: UnitOfWork) -> None:
    """The time to tell the result has passed."""
    activity = await repository.lock(uow, deadline.subject_id)
    if activity.status in OPEN and not activity.result_overdue:
        activity.result_overdue = True
        due = activity.result_due_on
        uow.publish(ActivityResultOverdue(**activity.facts(), due_on=due), of=activity)


def reporters_rule(actor: Actor, organization_id: UUID, district: str) -> None:
    """The organisation for itself; officials and the committee of its place for it."""
    if actor.owns(organization_id):
        return
    if not actor.has(Role.CLERK, Role.COMMUNITY):
        own_organization(actor, organization_id)
    district_rule(actor, district)


async def _own(uow: UnitOfWork, activity_id: UUID, version: int, action: Action) -> Activity:
    activity = await repository.lock(uow, activity_id)
    activity.expect(version)
    reporters_rule(uow.actor, activity.organization_id, activity.district)
    activity.status = advance(activity.status, action)
    return activity


async def _fill(uow: UnitOfWork, activity: Activity, form: ActivityForm) -> None:
    rule_set: RuleSet[ActivityRules] = await uow.rules(ACTIVITIES, activity.district)
    rules = rule_set.parameters
    tier = rules.tier(form.participants)
    for name in ActivityForm.model_fields:
        setattr(activity, name, getattr(form, name))
    activity.reported_on = uow.today
    activity.report_due_on = tier.last_day(form.starts_on, load())
    activity.is_late = uow.today > activity.report_due_on
    activity.needs_permit = tier.permit
    activity.rule_set = rule_set.reference
    try:
        activity.result_due_on = rules.result.last_day(form.ends_on, load())
    except CalendarMissing:
        weekends = load().assuming_weekends()
        activity.result_due_on = rules.result.last_day(form.ends_on, weekends)
    activity.result_overdue = False
    after = china_midnight(activity.result_due_on + timedelta(days=1))
    await set_deadline(uow, RESULT_DUE, activity.id, after)


def _record(uow: UnitOfWork, activity: Activity, fact: str, **details: object) -> None:
    uow.record(f"activity.{fact}", "activity", activity.id, district=activity.district, **details)
