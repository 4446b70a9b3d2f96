"""A hub that ends serves no community any more; nor does one that is no hub any more."""

from liandong.db.unit_of_work import UnitOfWork
from registry.coverage import repository
from registry.coverage.events import HubCoverageChanged
from registry.hubs.models import HubRoll


async def hub_ended(uow: UnitOfWork, roll: HubRoll, district: str) -> None:
    """The roll is locked."""
    dropped: list[str] = []
    for one in await repository.every(uow.session, roll.id):
        if one.covered_until is None:
            one.covered_until = max(uow.today, one.covered_from)
            dropped.append(one.community)
    if dropped:
        facts = {"organization_id": roll.id, "district": district, "on": uow.today}
        uow.publish(HubCoverageChanged(**facts, added=[], dropped=sorted(dropped)), of=roll)
