"""Use cases of hubs: joining, leaving, correcting."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWork
from liandong.identity.actors import Actor, Role
from liandong.identity.guards import district_rule, own_organization
from liandong.ids import uuid7
from liandong.problems import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from registry.hubs import repository
from registry.hubs.counting import counts_now
from registry.hubs.domain import Counts, Span, counted
from registry.hubs.events import (
    HubMembershipBegun,
    HubMembershipCorrected,
    HubMembershipEnded,
    HubMembershipFacts,
)
from registry.hubs.models import HubMembership, HubRoll
from registry.hubs.schemas import CorrectMembership, JoinHub
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization


class NotAHub(Conflict):
    slug, title = "not-a-hub", "该组织不是枢纽型社会组织"


class OwnMember(Conflict):
    slug, title = "own-member", "枢纽型社会组织不能是自己的成员"


class MemberAlready(Conflict):
    slug, title = "member-already", "该组织在这段时间已是成员"


class BodyEnded(Conflict):
    slug, title = "body-ended", "该组织已注销或者被撤销"


class NoMemberAnyMore(Conflict):
    slug, title = "no-member-any-more", "该组织已不是成员"


async def join(uow: UnitOfWork, hub_id: UUID, body: JoinHub) -> HubMembership:
    """The hub takes a member; the roll of the hub is locked after both organisations."""
    if hub_id == body.member_id:
        raise OwnMember()
    both = await repository.lock_organizations(uow, (hub_id, body.member_id))
    hub = _hub(both, hub_id)
    hubs_rule(uow.actor, hub)
    member = both.get(body.member_id)
    if member is None:
        raise _wrong("/member_id", "unknown-organization", "没有这家社会组织")
    _living(hub, member)
    _refuse_the_future(uow, "/joined_on", body.joined_on)
    if body.joined_on < max(hub.registered_on, member.registered_on):
        raise _wrong("/joined_on", "too-early", "不能早于双方登记或备案之日")
    roll = await repository.lock_roll(uow, hub_id)
    made = HubMembership(
        id=uuid7(),
        hub_id=hub_id,
        member_name=member.name,
        left_on=None,
        **body.model_dump(),
    )
    await _refuse_overlap(uow, made, made.span())
    uow.session.add(made)
    await _tell(uow, roll, hub, made, HubMembershipBegun)
    _record(uow, hub, made, "membership-begun")
    return made


async def leave(uow: UnitOfWork, membership_id: UUID, version: int, on: date) -> HubMembership:
    """The hub, the member or an official of the hub's district ends the membership."""
    found = await repository.membership(uow.session, membership_id)
    hub, roll = await _locked(uow, found, version, member_may=True)
    membership = await repository.refreshed(uow, membership_id)
    if membership.left_on is not None or membership.annulled_on is not None:
        raise NoMemberAnyMore()
    _refuse_the_future(uow, "/left_on", on)
    if on < membership.joined_on:
        raise _wrong("/left_on", "too-early", "不能早于加入之日")
    membership.left_on, membership.left_because = on, "left"
    await _tell(uow, roll, hub, membership, HubMembershipEnded, cause="left")
    _record(uow, hub, membership, "membership-ended")
    return membership


async def correct(
    uow: UnitOfWork, membership_id: UUID, version: int, body: CorrectMembership
) -> HubMembership:
    """更正: an official puts right what was entered wrongly; the counts follow."""
    found = await repository.membership(uow.session, membership_id)
    hub, roll = await _locked(uow, found, version, member_may=False)
    membership = await repository.refreshed(uow, membership_id)
    if membership.annulled_on is not None:
        raise NoMemberAnyMore("该记录已作为误录撤销")
    joined = body.joined_on or membership.joined_on
    left = body.left_on or membership.left_on
    _refuse_the_future(uow, "/joined_on", joined)
    if left is not None:
        _refuse_the_future(uow, "/left_on", left)
        if left < joined:
            raise _wrong("/left_on", "too-early", "不能早于加入之日")
    if body.annulled:
        membership.annulled_on = uow.today
    else:
        await _refuse_overlap(uow, membership, Span(membership.member_id, joined, left))
        membership.joined_on, membership.left_on = joined, left
        if body.left_on is not None:
            membership.left_because = "corrected"
        if body.is_public_benefit is not None:
            membership.is_public_benefit = body.is_public_benefit
    await _tell(uow, roll, hub, membership, HubMembershipCorrected, annulled=body.annulled)
    _record(uow, hub, membership, "membership-corrected", reason=body.reason)
    return membership


async def counts_on(session: AsyncSession, hub_id: UUID, day: date) -> tuple[Counts, int]:
    """How many members a hub had on a day, and the version of its roll."""
    if await session.get(Organization, hub_id) is None:
        raise NotFound("没有这家社会组织")
    roll = await repository.roll_of(session, hub_id)
    spans = [one.span() for one in await repository.every(session, hub_id)]
    return counted(spans, day), 0 if roll is None else roll.version


def hubs_rule(actor: Actor, hub: Organization, member_id: UUID | None = None) -> None:
    """An official of the hub's district, or the hub for itself; the member where it is given."""
    if actor.has(Role.CLERK):
        district_rule(actor, hub.district)
    elif member_id is None or not actor.owns(member_id):
        own_organization(actor, hub.id)


async def _locked(
    uow: UnitOfWork, found: HubMembership, version: int, *, member_may: bool
) -> tuple[Organization, HubRoll]:
    both = await repository.lock_organizations(uow, (found.hub_id, found.member_id))
    hub = both[found.hub_id]
    if member_may:
        hubs_rule(uow.actor, hub, found.member_id)
    else:
        district_rule(uow.actor, hub.district)
    roll = await repository.lock_roll(uow, found.hub_id)
    if roll.version != version:
        raise PreconditionFailed(
            f"成员名册当前版本为 {roll.version}，请求所依据的版本为 {version}",
            extra={"current_version": roll.version},
        )
    return hub, roll


def _hub(both: dict[UUID, Organization], hub_id: UUID) -> Organization:
    hub = both.get(hub_id)
    if hub is None:
        raise NotFound("没有这家社会组织")
    return hub


def _living(hub: Organization, member: Organization) -> None:
    if not hub.is_hub:
        raise NotAHub()
    for one in (hub, member):
        if one.status not in LIVING:
            raise BodyEnded(f"“{one.name}”已注销或者被撤销")


async def _refuse_overlap(uow: UnitOfWork, membership: HubMembership, span: Span) -> None:
    for other in await repository.every(uow.session, membership.hub_id):
        if (
            other.id != membership.id
            and other.member_id == membership.member_id
            and other.span().overlaps(span)
        ):
            raise MemberAlready(extra={"membership_id": str(other.id)})


def _refuse_the_future(uow: UnitOfWork, pointer: str, day: date) -> None:
    if day > uow.today:
        raise _wrong(pointer, "in-the-future", "不能晚于今日")


async def _tell(
    uow: UnitOfWork,
    roll: HubRoll,
    hub: Organization,
    membership: HubMembership,
    event: type[HubMembershipFacts],
    **more: Any,
) -> None:
    counts = await counts_now(uow, roll)
    facts: dict[str, Any] = membership.facts() | {
        "district": hub.district,
        "count": counts.members,
        "public_benefit_count": counts.public_benefit,
    }
    uow.publish(event(**facts, **more), of=roll)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])


def _record(
    uow: UnitOfWork, hub: Organization, membership: HubMembership, fact: str, **details: object
) -> None:
    uow.record(
        f"hub.{fact}",
        "hub",
        hub.id,
        district=hub.district,
        membership_id=membership.id,
        member_id=membership.member_id,
        **details,
    )
