"""What belongs to a body in hubs passes to the one that succeeds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.ids import uuid7
from registry.hubs import repository
from registry.hubs.counting import counts_now
from registry.hubs.domain import Span
from registry.hubs.events import HubMembershipBegun
from registry.hubs.models import HubMembership
from registry.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Bequest:
    """Memberships that went on until the predecessor ended."""

    as_member: Sequence[HubMembership]
    as_hub: Sequence[HubMembership]


async def of(uow: UnitOfWork, organization: Organization) -> Bequest:
    """To be asked before the predecessor, which is locked, ends."""
    own = await repository.every(uow.session, organization.id) if organization.is_hub else []
    return Bequest(
        await repository.open_of_member(uow.session, organization.id),
        [one for one in own if one.left_on is None],
    )


async def to(uow: UnitOfWork, bequest: Bequest, successor: Organization) -> None:
    """After the predecessor has ended: the successor is a member where it was, from today on,
    and takes its members over if it is a hub itself."""
    pairs = [
        (one.hub_id, successor.id, one)
        for one in bequest.as_member
        if one.left_because == "ended"  # and not because it had left meanwhile
    ]
    if successor.is_hub:
        members = [one for one in bequest.as_hub if one.left_because == "hub-ended"]
        pairs += [(successor.id, one.member_id, one) for one in members]
    for hub_id, member_id, before in sorted(pairs, key=lambda pair: pair[0]):
        if hub_id != member_id:
            await _join(uow, hub_id, member_id, before)


async def _join(uow: UnitOfWork, hub_id: UUID, member_id: UUID, before: HubMembership) -> None:
    hub = await uow.session.get(Organization, hub_id)
    member = await uow.session.get(Organization, member_id)
    assert hub is not None
    assert member is not None
    roll = await repository.lock_roll(uow, hub_id)
    span = Span(member_id, uow.today, None)
    others = await repository.every(uow.session, hub_id)
    if any(one.member_id == member_id and one.span().overlaps(span) for one in others):
        return
    made = HubMembership(
        id=uuid7(),
        hub_id=hub_id,
        member_id=member_id,
        member_name=member.name,
        joined_on=uow.today,
        left_on=None,
        is_public_benefit=before.is_public_benefit,
    )
    uow.session.add(made)
    counts = await counts_now(uow, roll)
    uow.publish(
        HubMembershipBegun(
            **made.facts(),
            district=hub.district,
            count=counts.members,
            public_benefit_count=counts.public_benefit,
        ),
        of=roll,
    )
