"""HTTP of checks and audits."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Clerk, OptionalActor, require
from liandong.identity.guards import district_rule, own_organization
from liandong.problems import NotFound
from registry.checks import repository, service
from registry.checks.domain import Form, Status
from registry.checks.models import CheckTask
from registry.checks.schemas import (
    CheckRead,
    CheckWhole,
    Conclusion,
    Inspectors,
    PlanCheck,
    PublishedCheck,
    Reason,
    RecordCheck,
)

router = router_for("/v1/checks", "抽查检查")
board = router_for("/v1/check-results", "检查结果公示")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR)
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="安排专项检查、审计", responses=problems(404, 409))
async def plan(body: PlanCheck, _: Clerk, uow: Write, response: Response) -> CheckRead:
    check = await service.plan(uow, body)
    response.headers["Location"] = f"/v1/checks/{check.id}"
    return _told(check, response)


@router.get("", summary="查询检查")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    status: Annotated[list[Status] | None, Query(max_length=5)] = None,
    form: Form | None = None,
    organization_id: UUID | None = None,
    plan_id: UUID | None = None,
    only_unfollowed: Annotated[
        bool, Query(description="只列结论有问题、尚未责令整改也未登记违法线索的；限官员")
    ] = False,
) -> Page[CheckRead]:
    """官员查本辖区的检查，社会组织查对本组织已作结论的检查。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        organization_id=actor.organization_id,
        statuses=status or (),
        form=form,
        of=organization_id,
        plan_id=plan_id,
        # A body does not learn in this way of a clue that it was not told of.
        only_unfollowed=only_unfollowed and within is not None,
    )
    page = await paging.page(session, query, [CheckTask.id])
    return Page(items=[CheckRead.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{check_id}", summary="查询一项检查", responses=problems(404))
async def get(check_id: UUID, session: Read, actor: Reader, response: Response) -> CheckWhole:
    check = tagged(response, await repository.get(session, check_id))
    read = CheckWhole.of(check)
    if actor.has(*_OFFICES):
        district_rule(actor, check.district)
        return read
    own_organization(actor, check.organization_id)
    if check.concluded_on is None:
        raise NotFound("没有这项检查")
    return read.for_the_body()


@router.post("/{check_id}/reassign", summary="调整检查人员", responses=_STEPS)
async def reassign(
    check_id: UUID,
    body: Inspectors,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    return _told(await service.reassign(uow, check_id, version, body), response)


@router.post("/{check_id}/record", summary="记录检查情况", responses=_STEPS)
async def record(
    check_id: UUID,
    body: RecordCheck,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    return _told(await service.record(uow, check_id, version, body), response)


@router.post("/{check_id}/return", summary="退回重新检查", responses=_STEPS)
async def give_back(
    check_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    return _told(await service.give_back(uow, check_id, version, body.reason), response)


@router.post("/{check_id}/conclude", summary="作出检查结论", responses=_STEPS)
async def conclude(
    check_id: UUID,
    body: Conclusion,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    """由检查人员和记录人以外的人作出，须与记录相符。"""
    return _told(await service.conclude(uow, check_id, version, body.result), response)


@router.post("/{check_id}/publish", summary="公示检查结果", responses=_STEPS)
async def publish(
    check_id: UUID,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    return _told(await service.publish(uow, check_id, version), response)


@router.post("/{check_id}/cancel", summary="取消检查", responses=_STEPS)
async def cancel(
    check_id: UUID,
    body: Reason,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> CheckRead:
    return _told(await service.cancel(uow, check_id, version, body.reason), response)


@board.get("", summary="公示的检查结果")
async def results(
    session: Read,
    _: OptionalActor,
    paging: Paging,
    district: DistrictFilter = "",
    organization_id: UUID | None = None,
) -> Page[PublishedCheck]:
    query = repository.on_display(district=district, organization_id=organization_id)
    page = await paging.page(session, query, [CheckTask.id])
    items = [PublishedCheck.of(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


def _told(check: CheckTask, response: Response) -> CheckRead:
    return CheckRead.of(tagged(response, check))
