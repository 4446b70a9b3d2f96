"""HTTP of grade reviews."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from evaluation.reviews import repository, service
from evaluation.reviews.models import GradeReview, ReviewStatus
from evaluation.reviews.schemas import ReviewRead
from liandong.clock import china_date
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from liandong.identity.guards import district_rule

router = router_for("/v1/grade-reviews", "等级复查")

Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]


@router.get("", summary="检索等级复查")
async def search(
    request: Request,
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    grade_id: UUID | None = None,
    status: ReviewStatus | None = None,
    overdue: Annotated[bool, Query(description="只列逾期未办结的")] = False,
) -> Page[ReviewRead]:
    """只列本辖区的。"""
    if actor.district is None:
        return Page(items=[])
    today = china_date(request.app.state.runtime.clock.now())
    query = repository.search(
        within=actor.district,
        organization_id=organization_id,
        grade_id=grade_id,
        status=status,
        overdue_on=today if overdue else None,
    )
    page = await paging.page(session, query, [GradeReview.id])
    items = [ReviewRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{review_id}", summary="查询等级复查", responses=problems(404))
async def get(review_id: UUID, session: Read, actor: Reader, response: Response) -> ReviewRead:
    review = await repository.get(session, review_id)
    district_rule(actor, review.district)
    return ReviewRead.model_validate(tagged(response, review))


@router.post("/{review_id}/take", summary="认领等级复查", responses=problems(404, 409, 412, 428))
async def take(
    review_id: UUID, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> ReviewRead:
    """由本人经办；结论（降低、取消、维持）按等级调整提出，由另一人批准。"""
    review = await service.take(uow, review_id, version)
    return ReviewRead.model_validate(tagged(response, review))
