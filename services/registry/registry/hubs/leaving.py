"""Who ends leaves: in the transaction that ends the body, so that no hub counts a dead member."""

from liandong.db.unit_of_work import UnitOfWork
from registry.coverage import ending as coverage
from registry.hubs import repository
from registry.hubs.counting import counts_now
from registry.hubs.events import HubMembershipEnded
from registry.hubs.models import HubMembership, HubRoll
from registry.organizations.models import Organization


async def ended(uow: UnitOfWork, organization: Organization) -> None:
    """The organisation, which is locked, has ended: its memberships end, and those of its own
    members where it was a hub."""
    found_open = await repository.open_of_member(uow.session, organization.id)
    concerned = {one.hub_id for one in found_open}
    if await repository.roll_of(uow.session, organization.id) is not None:
        concerned.add(organization.id)
    # In one order, as everybody who needs several: two bodies may be members of each other.
    rolls = {hub_id: await repository.lock_roll(uow, hub_id) for hub_id in sorted(concerned)}
    for found in found_open:
        roll = rolls[found.hub_id]
        hub = await uow.session.get(Organization, found.hub_id)
        membership = await repository.refreshed(uow, found.id)
        if membership.left_on is None and membership.annulled_on is None:
            await _end(uow, roll, hub.district if hub else "", membership, "ended")
    await hub_ended(uow, organization)


async def hub_ended(uow: UnitOfWork, organization: Organization) -> None:
    """The organisation, which is locked, is no hub any more."""
    if await repository.roll_of(uow.session, organization.id) is None:
        return
    roll = await repository.lock_roll(uow, organization.id)
    for membership in await repository.every(uow.session, organization.id):
        if membership.left_on is None:
            await _end(uow, roll, organization.district, membership, "hub-ended")
    await coverage.hub_ended(uow, roll, organization.district)


async def _end(
    uow: UnitOfWork, roll: HubRoll, district: str, membership: HubMembership, cause: str
) -> None:
    membership.left_on, membership.left_because = max(uow.today, membership.joined_on), cause
    counts = await counts_now(uow, roll)
    uow.publish(
        HubMembershipEnded(
            **membership.facts(),
            district=district,
            cause=cause,
            count=counts.members,
            public_benefit_count=counts.public_benefit,
        ),
        of=roll,
    )
