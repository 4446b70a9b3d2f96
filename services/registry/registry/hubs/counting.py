"""The counts of a hub, kept with its roll."""

from liandong.db.unit_of_work import UnitOfWork
from registry.hubs import repository
from registry.hubs.domain import Counts, counted
from registry.hubs.models import HubRoll


async def counts_now(uow: UnitOfWork, roll: HubRoll) -> Counts:
    """Today's counts, after the roll was locked and the memberships were changed."""
    await uow.session.flush()
    spans = [one.span() for one in await repository.every(uow.session, roll.id)]
    counts = counted(spans, uow.today)
    roll.members, roll.public_benefit = counts.members, counts.public_benefit
    return counts
