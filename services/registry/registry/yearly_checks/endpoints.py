"""HTTP of checks that are due."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from liandong.http.dependencies import Inquiry
from liandong.http.paging import Page, Paging
from liandong.http.routing import router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from registry.yearly_checks import repository
from registry.yearly_checks.domain import Status
from registry.yearly_checks.models import YearlyCheck
from registry.yearly_checks.schemas import YearlyCheckRead

router = router_for("/v1/yearly-checks", "抽查检查")

Office = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]


@router.get("", summary="年度应检计划")
async def search(
    uow: Inquiry,
    actor: Office,
    paging: Paging,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
    status: Status | None = None,
    organization_id: UUID | None = None,
    overdue: Annotated[bool, Query(description="只列逾期未检的")] = False,
) -> Page[YearlyCheckRead]:
    """本辖区按信用等级（监管等级）本年应检的组织，按期限先后；安排检查仍在“抽查检查”办理，作出结论后自动记为已检查。"""
    if actor.district is None:
        return Page(items=[])
    query = repository.search(
        within=actor.district,
        year=year,
        status=status,
        organization_id=organization_id,
        overdue_on=uow.today if overdue else None,
    )
    page = await paging.page(
        uow.session,
        query,
        [YearlyCheck.due_on, YearlyCheck.id],
        scalars=False,
        values=lambda row: [row.YearlyCheck.due_on, row.YearlyCheck.id],
    )
    items = [YearlyCheckRead.of(row.YearlyCheck, row.Organization, uow.today) for row in page.items]
    return Page(items=items, next_cursor=page.next_cursor)
