"""HTTP of what other services told: the supervision level of an organisation."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from liandong.http.dependencies import Inquiry
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.identity.guards import district_rule
from liandong.problems import NotFound
from registry.checks.rules import CHECKS
from registry.learned import repository
from registry.learned.schemas import SupervisionRead
from registry.organizations.models import Organization

router = router_for("/v1/organizations/{organization_id}", "监管等级")
Office = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]


@router.get("/supervision", summary="查询监管等级", responses=problems(404, 409))
async def supervision(organization_id: UUID, uow: Inquiry, actor: Office) -> SupervisionRead:
    organization = await uow.session.get(Organization, organization_id)
    if organization is None:
        raise NotFound("没有这家社会组织")
    district_rule(actor, organization.district)
    mark = await repository.mark_of(uow.session, organization_id)
    rule_set = await uow.rules(CHECKS, organization.district)
    weighing = rule_set.parameters.sampling.weighing
    return SupervisionRead(
        credit_grade=mark.credit_grade if mark else None,
        credit_score=mark.credit_score if mark else None,
        supervision_level=mark.supervision_level if mark else None,
        sampling_weight=mark.sampling_weight if mark else None,
        checks_per_year=mark.checks_per_year if mark else None,
        graded_on=mark.credit_graded_on if mark else None,
        tickets=weighing.of(mark.sampling_weight if mark else None) if weighing else 1,
        basis=weighing.basis if weighing else "",
        rule_set=rule_set.reference,
    )
