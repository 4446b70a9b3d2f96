"""HTTP of grade changes."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from evaluation.changes import repository, service
from evaluation.changes.domain import ChangeStatus
from evaluation.changes.models import GradeChange
from evaluation.changes.schemas import ChangeRead, ProposeChange
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule

router = router_for("/v1/grade-changes", "等级调整")

Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
_CHANGES = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="提出等级调整", responses=problems(404, 409))
async def propose(body: ProposeChange, _: Clerk, uow: Write, response: Response) -> ChangeRead:
    change = tagged(response, await service.propose(uow, body))
    response.headers["Location"] = f"/v1/grade-changes/{change.id}"
    return ChangeRead.model_validate(change)


@router.get("", summary="检索等级调整")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    grade_id: UUID | None = None,
    status: ChangeStatus | None = None,
) -> Page[ChangeRead]:
    """只列本辖区的。"""
    if actor.district is None:
        return Page(items=[])
    query = repository.search(within=actor.district, grade_id=grade_id, status=status)
    page = await paging.page(session, query, [GradeChange.id])
    items = [ChangeRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{change_id}", summary="查询等级调整", responses=problems(404))
async def get(change_id: UUID, session: Read, actor: Reader, response: Response) -> ChangeRead:
    change = await repository.get(session, change_id)
    district_rule(actor, change.district)
    return ChangeRead.model_validate(tagged(response, change))


@router.post("/{change_id}/approve", summary="批准等级调整", responses=_CHANGES)
async def approve(
    change_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> ChangeRead:
    change = await service.approve(uow, change_id, version)
    return ChangeRead.model_validate(tagged(response, change))


@router.post("/{change_id}/withdraw", summary="撤回等级调整", responses=_CHANGES)
async def withdraw(
    change_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> ChangeRead:
    change = await service.withdraw(uow, change_id, version)
    return ChangeRead.model_validate(tagged(response, change))
