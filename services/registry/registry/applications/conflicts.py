"""Two that touch the same item: the second waits until the first has ended."""

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict
from registry.applications import repository
from registry.applications.domain import Matter, touch_the_same
from registry.applications.models import Application
from registry.applications.qualifying import why_not_now
from registry.organizations import repository as organization_repository
from registry.organizations.domain import LIVING
from registry.organizations.models import Organization


class ApplicationsConflict(Conflict):
    slug, title = "applications-conflict", "另有未办结的申请涉及同一事项"


class OrganizationEnded(Conflict):
    slug, title = "organization-ended", "该组织已注销或者被撤销"


class NotApplicable(Conflict):
    slug, title = "matter-not-applicable", "该组织的现状不能申请此事项"


def refuse_inapplicable(matter: Matter, organization: Organization) -> None:
    """Asked when it is submitted, and once more when it takes effect."""
    told = why_not_now(
        matter,
        is_charity=organization.charity_status is not None,
        raises_in_public=organization.raises_in_public_since is not None,
    )
    if told is not None:
        raise NotApplicable(told)


async def refuse_conflicts(uow: UnitOfWork, application: Application) -> None:
    """Two that touch the same item: the second waits until the first has ended."""
    if application.organization_id is None:
        return
    organization = await organization_repository.lock(uow, application.organization_id)
    if organization.status not in LIVING and application.matter is not Matter.CANCELLATION:
        raise OrganizationEnded()
    refuse_inapplicable(application.matter, organization)
    others = await repository.submitted_of(uow, organization.id, but=application.id)
    both = [(one, touch_the_same(application.items, one.items)) for one in others]
    told = [
        {"application_id": str(one.id), "matter": one.matter.value, "items": items}
        for one, items in both
        if items
    ]
    if told:
        raise ApplicationsConflict(
            f"另有 {len(told)} 件未办结的申请涉及同一事项", extra={"conflicts": told}
        )
