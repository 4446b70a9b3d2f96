"""HTTP of lineages."""

from uuid import UUID

from liandong.http.dependencies import Read
from liandong.http.routing import problems, router_for
from liandong.problems import NotFound
from registry.organizations.models import Organization
from registry.successions import repository, service
from registry.successions.schemas import LineageRead, LineageStep, SuccessionRead
from registry.successions.service import Step

router = router_for("/v1/organizations", "组织沿革")


@router.get("/{organization_id}/lineage", summary="查询组织沿革", responses=problems(404))
async def lineage(organization_id: UUID, session: Read) -> LineageRead:
    """前身和后继，双向、逐代；登记簿公开，任何人可以查询。"""
    if await session.get(Organization, organization_id) is None:
        raise NotFound("没有这家社会组织")
    found = await service.lineage(session, organization_id)
    steps = [*found.before, *found.after]
    ids = {i for one in steps for i in (one.succession.predecessor_id, one.succession.successor_id)}
    bodies = await repository.bodies(session, ids)
    return LineageRead(
        organization_id=organization_id,
        before=[_shown(one, bodies) for one in found.before],
        after=[_shown(one, bodies) for one in found.after],
        is_truncated=found.is_truncated,
    )


def _shown(step: Step, bodies: dict[UUID, Organization]) -> LineageStep:
    link = step.succession
    old, new = bodies[link.predecessor_id], bodies[link.successor_id]
    return LineageStep(
        **SuccessionRead.model_validate(link).model_dump(),
        predecessor_name=old.name,
        predecessor_number=old.credit_code or old.filing_number or "",
        successor_name=new.name,
        successor_number=new.credit_code or new.filing_number or "",
        distance=step.distance,
    )
