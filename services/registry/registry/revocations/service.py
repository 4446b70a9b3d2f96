"""Use cases of revocations: one officer proposes, the body is heard, another decides."""

from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, own_organization, two_persons
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Forbidden, Invalid, NotFound
from registry.liquidations import repository as liquidations_of
from registry.liquidations import service as liquidations
from registry.liquidations.domain import Ground
from registry.organizations import ending
from registry.organizations import repository as organizations
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization
from registry.revocations import repository
from registry.revocations.domain import Action, Status, advance
from registry.revocations.events import RevocationDecided
from registry.revocations.models import Revocation
from registry.revocations.rules import REVOCATIONS, Cause, RevocationRules
from registry.revocations.schemas import ProposeRevocation, Statement
from registry.supervision.clocks import last_day
from registry.supervision.numbering import next_number
from registry.supervision.serving import ServiceProof

MOST_STATEMENTS = 100


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


class AlreadyProposed(Conflict):
    slug, title = "revocation-open", "该组织另有未办结的撤销登记"


class WindowOpen(Conflict):
    slug, title = "statement-window-open", "陈述、申辩的期限未满，不能作出决定"


class NotYours(Forbidden):
    slug, title = "not-the-proposer", "只能由提出人或者审批人撤回"


class Moved(Conflict):
    slug, title = "organization-moved", "该组织已迁往其他区划"


async def propose(uow: UnitOfWork, body: ProposeRevocation) -> Revocation:
    """提出, for a cause that the rules know for bodies of this legal type."""
    organization = await organizations.lock(uow, body.organization_id)
    district_rule(uow.actor, organization.district)
    if organization.status not in LIVING:
        raise OrganizationEnded()
    if await repository.open_of(uow.session, organization.id) is not None:
        raise AlreadyProposed()
    authority = organization.district[:6]
    rule_set = await uow.rules(REVOCATIONS, authority)
    cause = _cause(rule_set.parameters, body.cause, organization)
    one = Revocation(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        organization_name=organization.name,
        kind=organization.kind,
        district=organization.district,
        authority=authority,
        status=Status.PROPOSED,
        cause=cause.code,
        basis=cause.articles[organization.kind],
        facts=body.facts,
        proposed_by=uow.actor.subject,
        proposed_on=uow.today,
        statements="[]",
        answer="",
        remedy=rule_set.parameters.remedy,
        reason="",
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(one)
    one.touch(uow.now)
    _record(uow, one, "proposed", cause=one.cause)
    return one


async def serve_notice(
    uow: UnitOfWork, revocation_id: UUID, version: int, body: ServiceProof
) -> Revocation:
    """送达告知书: the window of the body begins."""
    one = await _officials(uow, revocation_id, version, Action.SERVE_NOTICE)
    rules = await _rules(uow, one)
    body.require(
        since=one.proposed_on,
        today=uow.today,
        announcement_days=rules.announcement_days,
        after="提出撤销登记之日",
    )
    one.notice, one.notice_served_on = body.kept(), body.served_on
    one.statement_until = last_day(rules.statement, body.served_on)
    one.touch(uow.now)
    _record(uow, one, "notice-served", method=body.method, on=body.served_on)
    return one


async def state(uow: UnitOfWork, revocation_id: UUID, version: int, body: Statement) -> Revocation:
    """陈述、申辩, by the body or at the desk: taken until it is decided, late or not."""
    one = await repository.lock(uow, revocation_id)
    at_the_desk = uow.actor.has(Role.CLERK)
    if at_the_desk:
        district_rule(uow.actor, one.district)
    else:
        own_organization(uow.actor, one.organization_id)
        if one.notice_served_on is None:
            raise NotFound("没有这项撤销登记")
    one.expect(version)
    one.status = advance(one.status, Action.STATE)
    if len(one.said) >= MOST_STATEMENTS:
        raise _wrong("/statement", "too-many", f"陈述、申辩不能超过 {MOST_STATEMENTS} 份")
    received_on = _received(uow, one, body.received_on if at_the_desk else None)
    kept = {"received_on": received_on.isoformat(), "statement": body.statement}
    one.said = [*one.said, kept]
    one.touch(uow.now)
    _record(uow, one, "stated", received_on=received_on)
    return one


async def decide(uow: UnitOfWork, revocation_id: UUID, version: int, answer: str) -> Revocation:
    """决定撤销登记, by somebody else, after the window: in the register from today, and the
    liquidation begins."""
    one = await _officials(uow, revocation_id, version, Action.DECIDE)
    two_persons(one.proposed_by, uow.actor, "决定撤销登记")
    assert one.statement_until is not None
    if uow.today <= one.statement_until:
        raise WindowOpen(f"最后一日为 {one.statement_until.isoformat()}")
    if one.said and len(answer) < 2:
        raise _wrong("/answer", "missing", "应说明对陈述、申辩的采纳情况")
    organization = await organizations.lock(uow, one.organization_id)
    if organization.district != one.district:
        raise Moved(f"该组织现在{organization.district}，请撤回后由该地提出")
    rules = await _rules(uow, one)
    number = await next_number(uow, "revocation", one.authority, rules.number)
    one.answer, one.decision_number = answer, number
    one.decided_by, one.decided_on = uow.actor.subject, uow.today
    await ending.revoke(uow, organization.id, organization.version, number)
    if (
        organization.kind in rules.liquidated
        and await liquidations_of.open_of(uow, organization.id) is None
    ):
        await liquidations.open_for(uow, organization, Ground.REVOCATION, uow.today)
    event = RevocationDecided(**one.told(), decision_number=number, decided_on=uow.today)
    uow.publish(event, of=one)
    _record(uow, one, "decided", number=number)
    return one


async def withdraw(uow: UnitOfWork, revocation_id: UUID, version: int, reason: str) -> Revocation:
    """撤回, by whoever proposed it or by an approver: the body stays registered."""
    one = await _officials(uow, revocation_id, version, Action.WITHDRAW)
    if not uow.actor.has(Role.APPROVER) and uow.actor.subject != one.proposed_by:
        raise NotYours("由提出人或者审批人撤回")
    one.withdrawn_by, one.withdrawn_on, one.reason = uow.actor.subject, uow.today, reason
    one.touch(uow.now)
    _record(uow, one, "withdrawn", reason=reason)
    return one


async def _officials(
    uow: UnitOfWork, revocation_id: UUID, version: int, action: Action
) -> Revocation:
    one = await repository.lock(uow, revocation_id)
    one.expect(version)
    district_rule(uow.actor, one.district)
    one.status = advance(one.status, action)
    return one


async def _rules(uow: UnitOfWork, one: Revocation) -> RevocationRules:
    """As in force when it was proposed."""
    return (await uow.rules(REVOCATIONS, one.authority, one.proposed_on)).parameters


def _cause(rules: RevocationRules, code: str, organization: Organization) -> Cause:
    cause = rules.cause(code)
    if cause is None:
        known = "、".join(one.code for one in rules.causes)
        raise _wrong("/cause", "unknown-cause", f"撤销登记的事由应为：{known}")
    if organization.kind not in cause.articles:
        raise _wrong("/cause", "no-basis", f"“{cause.title}”没有对该类组织撤销登记的依据")
    return cause


def _received(uow: UnitOfWork, one: Revocation, given: date | None) -> date:
    """The body's own word comes today; at the desk a letter may have come before."""
    if given is None:
        return uow.today
    assert one.notice_served_on is not None
    if not one.notice_served_on <= given <= uow.today:
        raise _wrong("/received_on", "out-of-range", "应在送达告知书之日与今日之间")
    return given


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(uow: UnitOfWork, one: Revocation, fact: str, **details: object) -> None:
    uow.record(f"revocation.{fact}", "revocation", one.id, district=one.district, **details)
