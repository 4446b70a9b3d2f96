"""HTTP of eligibility."""

from uuid import UUID

from liandong.http.dependencies import Inquiry
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Role
from liandong.identity.dependencies import CurrentActor
from liandong.identity.guards import own_organization
from supply_demand.eligibility import service
from supply_demand.eligibility.schemas import EligibilityRead
from supply_demand.tenders import repository as tenders

router = router_for("/v1/eligibility", "参与资格")

_SEES_EVERY = (
    Role.CLERK,
    Role.APPROVER,
    Role.BUYER,
    Role.COMMUNITY,
    Role.FINANCE,
    Role.AUDITOR,
    Role.SYSTEM_ADMIN,
    Role.SERVICE,
)


@router.get("/{organization_id}", summary="查询参与资格及逐条依据", responses=problems(404))
async def get(
    organization_id: UUID, actor: CurrentActor, uow: Inquiry, tender_id: UUID | None = None
) -> EligibilityRead:
    if not actor.has(*_SEES_EVERY):
        own_organization(actor, organization_id)
    if tender_id is None:
        return EligibilityRead.of(await service.assess(uow, organization_id))
    tender = await tenders.visible(uow.session, tender_id, actor)
    return EligibilityRead.of(
        await service.assess(
            uow, organization_id, demanded=tender.demanded(), district=tender.district
        )
    )
