"""Items that an application is about: the desk does not change them meanwhile."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from registry.applications.domain import ENDED, EVERY_ITEM, Status, touch_the_same
from registry.applications.models import Application
from registry.organizations.models import Organization

_ITEMS: Final = {
    "direct_class": "supervisor",
    "certificate_from": "certificate",
    "certificate_until": "certificate",
    "charity_since": "charity_status",
    # Another district decides on whatever is open: like a transfer, it waits for every one.
    "district": EVERY_ITEM,
}
"""Registered items by the names of the record, where they differ."""

NOT_TO_COME: Final = [*ENDED, Status.DRAFT, Status.CERTIFIED]
"""Nobody is bound by a draft; what was certified stands in the register already."""


class AppliedFor(Conflict):
    slug, title = "applied-for", "未办结的登记申请涉及同一事项"


async def refuse_touched(
    uow: UnitOfWork, organization: Organization, changed: Iterable[str]
) -> None:
    """Of an organisation that is locked: an application is submitted under the same lock."""
    items = {_ITEMS.get(name, name) for name in changed}
    query = select(Application).where(
        Application.organization_id == organization.id, Application.status.not_in(NOT_TO_COME)
    )
    found = [
        {"application_id": str(one.id), "matter": one.matter.value, "items": both}
        for one in await uow.session.scalars(query.order_by(Application.id))
        if (both := touch_the_same(items, one.items))
    ]
    if found:
        raise AppliedFor(
            f"有 {len(found)} 件未办结的登记申请涉及同一事项，办结或者撤回后方可变更",
            extra={"conflicts": found},
        )
