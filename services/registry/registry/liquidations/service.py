"""Use cases of liquidations."""

from datetime import date
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Role
from liandong.identity.guards import district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid
from registry.liquidations import repository, timing
from registry.liquidations.domain import Action, Ground, Status, advance
from registry.liquidations.events import (
    LiquidationBegun,
    LiquidationEnded,
    LiquidationFormed,
    LiquidationWithdrawn,
)
from registry.liquidations.models import Liquidation
from registry.liquidations.rules import LIQUIDATIONS
from registry.liquidations.schemas import BeginLiquidation, EndLiquidation, FormGroup
from registry.organizations import repository as organizations
from registry.organizations.domain import LIVING
from registry.organizations.domain import Status as OrganizationStatus
from registry.organizations.models import Organization


class AlreadyLiquidating(Conflict):
    slug, title = "already-liquidating", "该组织已在清算"


class GroundDoesNotFit(Conflict):
    slug, title = "ground-does-not-fit", "清算的原因与登记状态不符"


class NotCancelled(Conflict):
    slug, title = "not-cancelled", "该组织尚未注销登记"


async def begin(uow: UnitOfWork, body: BeginLiquidation) -> Liquidation:
    """开始清算, by the body or at the desk; of a revoked body the penalty has begun it already."""
    organization = await organizations.lock(uow, body.organization_id)
    _whose(uow, organization.id, organization.district)
    revoked = organization.status is OrganizationStatus.REVOKED
    if (body.ground is Ground.REVOCATION) != revoked or (
        not revoked and organization.status not in LIVING
    ):
        raise GroundDoesNotFit()
    _between("/triggered_on", body.triggered_on, organization.registered_on, uow.today)
    return await open_for(uow, organization, body.ground, body.triggered_on)


async def open_for(
    uow: UnitOfWork, organization: Organization, ground: Ground, triggered_on: date
) -> Liquidation:
    """For an organisation that is locked: the lock keeps a second one from being opened."""
    if await repository.open_of(uow, organization.id) is not None:
        raise AlreadyLiquidating()
    rule_set = await uow.rules(LIQUIDATIONS, organization.district[:6], triggered_on)
    one = Liquidation(
        id=uuid7(),
        version=0,
        organization_id=organization.id,
        organization_name=organization.name,
        district=organization.district,
        authority=organization.district[:6],
        ground=ground,
        status=Status.DUE,
        triggered_on=triggered_on,
        members=0,
        assets_fen=0,
        debts_fen=0,
        summary="",
        reason="",
        rule_set=rule_set.reference,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.session.add(one)
    await uow.session.flush()
    await timing.begin_stage(uow, one)
    clock = await timing.running(uow, one)
    assert clock is not None
    event = LiquidationBegun(
        **one.facts(), triggered_on=triggered_on, due_on=timing.due_on(uow, clock)
    )
    uow.publish(event, of=one)
    _record(uow, one, "begun", ground=ground)
    return one


async def form(uow: UnitOfWork, liquidation_id: UUID, version: int, body: FormGroup) -> Liquidation:
    """成立清算组."""
    one = await _step(uow, liquidation_id, version, Action.FORM)
    _between("/formed_on", body.formed_on, one.triggered_on, uow.today)
    one.formed_on, one.members = body.formed_on, body.members
    await timing.begin_stage(uow, one)
    uow.publish(LiquidationFormed(**one.facts(), formed_on=body.formed_on), of=one)
    _record(uow, one, "formed", members=body.members)
    return one


async def end(
    uow: UnitOfWork, liquidation_id: UUID, version: int, body: EndLiquidation
) -> Liquidation:
    """清算结束, with the report; the days to apply for the cancellation begin."""
    one = await _step(uow, liquidation_id, version, Action.END)
    assert one.formed_on is not None
    _between("/ended_on", body.ended_on, one.formed_on, uow.today)
    one.ended_on, one.summary = body.ended_on, body.summary
    one.assets_fen, one.debts_fen = body.assets_fen, body.debts_fen
    await timing.begin_stage(uow, one)
    clock = await timing.running(uow, one)
    assert clock is not None
    event = LiquidationEnded(
        **one.facts(), ended_on=body.ended_on, due_on=timing.due_on(uow, clock)
    )
    uow.publish(event, of=one)
    _record(uow, one, "ended")
    return one


async def close(uow: UnitOfWork, liquidation_id: UUID, version: int) -> Liquidation:
    """办结: the body was cancelled; without this the clock finds it out by itself."""
    one = await repository.lock(uow, liquidation_id)
    one.expect(version)
    district_rule(uow.actor, one.district)
    advance(one.status, Action.CLOSE)
    organization = await organizations.lock(uow, one.organization_id)
    if organization.status is not OrganizationStatus.CANCELLED:
        raise NotCancelled()
    await timing.end(uow, one)
    timing.close(uow, one)
    return one


async def withdraw(uow: UnitOfWork, liquidation_id: UUID, version: int, reason: str) -> Liquidation:
    """终止清算, for example because the body decided to go on."""
    one = await repository.lock(uow, liquidation_id)
    one.expect(version)
    district_rule(uow.actor, one.district)
    await _withdraw(uow, one, reason)
    return one


async def end_with_restoration(uow: UnitOfWork, organization_id: UUID, reason: str) -> None:
    """The revocation was withdrawn: nothing is liquidated because of it any more."""
    one = await repository.open_of(uow, organization_id)
    if one is not None and one.ground is Ground.REVOCATION:
        await _withdraw(uow, one, reason)


async def _withdraw(uow: UnitOfWork, one: Liquidation, reason: str) -> None:
    one.status = advance(one.status, Action.WITHDRAW)
    one.reason = reason
    await timing.end(uow, one)
    uow.publish(LiquidationWithdrawn(**one.facts(), withdrawn_on=uow.today), of=one)
    _record(uow, one, "withdrawn", reason=reason)


async def _step(uow: UnitOfWork, liquidation_id: UUID, version: int, action: Action) -> Liquidation:
    one = await repository.lock(uow, liquidation_id)
    _whose(uow, one.organization_id, one.district)
    one.expect(version)
    one.status = advance(one.status, action)
    return one


def _whose(uow: UnitOfWork, organization_id: UUID, district: str) -> None:
    if uow.actor.has(Role.CLERK):
        district_rule(uow.actor, district)
    else:
        own_organization(uow.actor, organization_id)


def _between(pointer: str, day: date, since: date, today: date) -> None:
    if not since <= day <= today:
        told = f"应在 {since.isoformat()} 与今日之间"
        raise Invalid(told, [FieldError(pointer, "out-of-range", told)])


def _record(uow: UnitOfWork, one: Liquidation, fact: str, **details: object) -> None:
    uow.record(f"liquidation.{fact}", "liquidation", one.id, district=one.district, **details)
