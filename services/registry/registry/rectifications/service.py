"""Use cases of rectification: draft, issue, service, report, re-check."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from liandong.db.errors import violated_constraint
from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, own_organization, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound
from registry.checks import referral
from registry.organizations import repository as organizations
from registry.organizations.domain import LIVING
from registry.rectifications import repository, timing
from registry.rectifications.domain import Action, Source, Status, advance
from registry.rectifications.events import (
    RectificationCompleted,
    RectificationExtended,
    RectificationOrdered,
    RectificationReturned,
    RectificationSubmitted,
    RectificationWithdrawn,
)
from registry.rectifications.models import Rectification
from registry.rectifications.rules import RECTIFICATIONS, RectificationRules
from registry.rectifications.schemas import Extension, NewOrder, OrderDraft, Report
from registry.supervision.clocks import last_day
from registry.supervision.numbering import next_number
from registry.supervision.serving import ServiceProof

MOST_REPORTS = 50


class AlreadyOrdered(Conflict):
    slug, title = "already-ordered", "对该事项已经责令整改"


class ExtendedAlready(Conflict):
    slug, title = "extended-already", "整改期限不能再延长"


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


async def draft(uow: UnitOfWork, body: NewOrder) -> Rectification:
    """Keeps a draft; nobody is bound by it yet."""
    organization = await organizations.lock(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if organization.status not in LIVING:
        raise OrganizationEnded()
    if body.source is Source.CHECK and body.source_id is not None:
        await referral.require(uow, body.source_id, organization)
    authority = organization.district[:6]
    rule_set = await uow.rules(RECTIFICATIONS, authority)
    _within(body.days, rule_set.parameters)
    order = Rectification(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        organization_name=organization.name,
        district=organization.district,
        authority=authority,
        status=Status.DRAFTED,
        source=body.source,
        source_id=body.source_id,
        drafters=[],
        basis="",
        remedy="",
        extensions=[],
        reports=[],
        reason="",
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    _fill(uow, order, body)
    uow.session.add(order)
    try:
        await uow.session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_rectification_source":
            raise AlreadyOrdered() from None
        raise
    _record(uow, order, "drafted", source=order.source)
    return order


async def edit(
    uow: UnitOfWork, rectification_id: UUID, version: int, body: OrderDraft
) -> Rectification:
    """A slip is put right before the order is issued."""
    order = await _officials(uow, rectification_id, version, Action.EDIT)
    _within(body.days, await timing.rules_of(uow, order))
    _fill(uow, order, body)
    _record(uow, order, "edited")
    return order


async def issue(uow: UnitOfWork, rectification_id: UUID, version: int) -> Rectification:
    """签发: by somebody who did not write it; it gets its number."""
    order = await _officials(uow, rectification_id, version, Action.ISSUE)
    for drafter in order.drafters or [""]:
        two_persons(drafter, uow.actor, "签发责令整改通知")
    rule_set = await uow.rules(RECTIFICATIONS, order.authority)
    rules: RectificationRules = rule_set.parameters
    _within(order.days, rules)
    order.rule_set, order.basis, order.remedy = rule_set.reference, rules.basis, rules.remedy
    order.issued_by, order.issued_on = uow.actor.subject, uow.today
    order.act_until = last_day(rules.service, uow.today)
    order.number = await next_number(uow, "rectification", order.authority, rules.number)
    order.touch(uow.now)
    _record(uow, order, "issued", number=order.number)
    return order


async def serve(
    uow: UnitOfWork, rectification_id: UUID, version: int, body: ServiceProof
) -> Rectification:
    """送达: the deadline runs since the day of the service."""
    order = await _officials(uow, rectification_id, version, Action.SERVE)
    rules = await timing.rules_of(uow, order)
    assert order.issued_on is not None
    body.require(
        since=order.issued_on,
        today=uow.today,
        announcement_days=rules.announcement_days,
        after="签发之日",
    )
    order.service, order.served_on = body.kept(), body.served_on
    order.due_on = body.served_on + timedelta(days=order.days)
    order.act_until = None
    await timing.begin(uow, order)
    uow.publish(RectificationOrdered(**order.facts_told()), of=order)
    _record(uow, order, "served", method=body.method, due_on=order.due_on)
    return order


async def extend(
    uow: UnitOfWork, rectification_id: UUID, version: int, body: Extension
) -> Rectification:
    """延长: as often as the rules say, for so many days, and not after the deadline."""
    order = await _officials(uow, rectification_id, version, Action.EXTEND)
    for drafter in order.drafters or [""]:
        two_persons(drafter, uow.actor, "批准延长整改期限")
    rules = await timing.rules_of(uow, order)
    if len(order.extensions) >= rules.extensions_max:
        raise ExtendedAlready(f"已延长 {len(order.extensions)} 次")
    assert order.due_on is not None
    if uow.today > order.due_on:
        raise ExtendedAlready("整改期限已过")
    if body.days > rules.extension_most_days:
        raise _wrong("/days", "out-of-range", f"延长不超过 {rules.extension_most_days} 日")
    order.extensions = [
        *order.extensions,
        {"on": uow.today.isoformat(), "from": order.due_on.isoformat(), **body.model_dump()},
    ]
    order.due_on += timedelta(days=body.days)
    await timing.begin(uow, order)
    uow.publish(RectificationExtended(**order.facts_told()), of=order)
    _record(uow, order, "extended", due_on=order.due_on)
    return order


async def submit(
    uow: UnitOfWork, rectification_id: UUID, version: int, body: Report
) -> Rectification:
    """报告整改情况, by the body or at the desk for it; late or not, it is looked at."""
    order = await repository.lock(uow, rectification_id)
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, order.district)
    else:
        own_organization(uow.actor, order.organization_id)
        if order.served_on is None:
            raise NotFound("没有这份整改通知")
    order.expect(version)
    order.status = advance(order.status, Action.SUBMIT)
    if len(order.reports) >= MOST_REPORTS:
        raise _wrong("/report", "too-many", f"一份通知的整改报告不能超过 {MOST_REPORTS} 份")
    order.reports = [
        *order.reports,
        {"on": uow.today.isoformat(), **body.model_dump(mode="json"), "found": ""},
    ]
    order.submitted_on, order.submitted_by = uow.today, uow.actor.subject
    rules = await timing.rules_of(uow, order)
    order.act_until = last_day(rules.recheck, uow.today)
    event = RectificationSubmitted(**order.facts_told(), submitted_on=uow.today)
    uow.publish(event, of=order)
    _record(uow, order, "submitted")
    return order


async def confirm(
    uow: UnitOfWork, rectification_id: UUID, version: int, found: str
) -> Rectification:
    """复查合格: not by whoever reported for the body at the desk."""
    order = await _officials(uow, rectification_id, version, Action.CONFIRM)
    two_persons(order.submitted_by or "", uow.actor, "复查")
    assert order.submitted_on is not None
    assert order.due_on is not None
    _found(order, found)
    order.completed_on, order.completed_by = uow.today, uow.actor.subject
    order.act_until = None
    await timing.end(uow, order)
    event = RectificationCompleted(
        **order.facts_told(),
        completed_on=uow.today,
        in_time=order.overdue_on is None and order.submitted_on <= order.due_on,
    )
    uow.publish(event, of=order)
    _record(uow, order, "completed")
    return order


async def give_back(
    uow: UnitOfWork, rectification_id: UUID, version: int, found: str
) -> Rectification:
    """复查不合格: the deadline stays; when it has passed meanwhile, that is told at once."""
    order = await _officials(uow, rectification_id, version, Action.RETURN)
    two_persons(order.submitted_by or "", uow.actor, "复查")
    _found(order, found)
    order.act_until = None
    await timing.go_on(uow, order)
    uow.publish(RectificationReturned(**order.facts_told()), of=order)
    _record(uow, order, "returned")
    return order


async def withdraw(
    uow: UnitOfWork, rectification_id: UUID, version: int, reason: str
) -> Rectification:
    """撤销 of an order that should not have been given."""
    order = await _officials(uow, rectification_id, version, Action.WITHDRAW)
    order.reason, order.act_until = reason, None
    await timing.end(uow, order)
    if order.served_on is None:
        order.touch(uow.now)
    else:
        event = RectificationWithdrawn(**order.facts_told(), withdrawn_on=uow.today)
        uow.publish(event, of=order)
    _record(uow, order, "withdrawn", reason=reason)
    return order


async def _officials(
    uow: UnitOfWork, rectification_id: UUID, version: int, action: Action
) -> Rectification:
    order = await repository.lock(uow, rectification_id)
    order.expect(version)
    district_rule(uow.actor, order.district)
    order.status = advance(order.status, action)
    return order


def _fill(uow: UnitOfWork, order: Rectification, body: OrderDraft) -> None:
    order.facts, order.days = body.facts, body.days
    order.items = [one.model_dump(mode="json") for one in body.items]
    order.evidence = [one.model_dump(mode="json") for one in body.evidence]
    order.drafters = sorted({*order.drafters, uow.actor.subject})
    order.touch(uow.now)


def _found(order: Rectification, found: str) -> None:
    *before, last = order.reports
    order.reports = [*before, {**last, "found": found}]


def _within(days: int, rules: RectificationRules) -> None:
    if not rules.least_days <= days <= rules.most_days:
        told = f"整改期限应为 {rules.least_days} 至 {rules.most_days} 日"
        raise _wrong("/days", "out-of-range", told)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, order: Rectification, fact: str, **details: object) -> None:
    uow.record(
        f"rectification.{fact}", "rectification", order.id, district=order.district, **details
    )
