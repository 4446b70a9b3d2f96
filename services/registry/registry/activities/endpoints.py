"""HTTP of major activities."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from liandong.identity.guards import district_rule
from liandong.values.days import IsoDay
from registry.activities import repository, service
from registry.activities.domain import Action, Status
from registry.activities.models import Activity
from registry.activities.schemas import (
    ActivityForm,
    ActivityRead,
    Answer,
    Reason,
    ReportActivity,
    Result,
)

router = router_for("/v1/activities", "重大活动报告")

_OFFICES = (Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.COMMUNITY)
Reporter = Annotated[Actor, Depends(require(Role.ORGANIZATION, Role.CLERK, Role.COMMUNITY))]
Reader = Annotated[Actor, Depends(require(*_OFFICES, Role.ORGANIZATION))]
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="报告重大活动", responses=problems(409))
async def report(body: ReportActivity, _: Reporter, uow: Write, response: Response) -> ActivityRead:
    """由组织报告，或者由街道（乡镇）、村（居）委会代为填报；未提前报告的照收，并注明逾期。"""
    made = await service.report(uow, body)
    response.headers["Location"] = f"/v1/activities/{made.id}"
    return _told(made, response)


@router.get("", summary="查询重大活动")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    status: Annotated[list[Status] | None, Query(max_length=10)] = None,
    only_late: Annotated[bool, Query(description="只列未按时报告的")] = False,
    from_day: Annotated[IsoDay | None, Query(description="自该日起举办的")] = None,
    until_day: Annotated[IsoDay | None, Query(description="至该日止举办的")] = None,
) -> Page[ActivityRead]:
    """官员和村（居）委会查本辖区的，社会组织查本组织的。"""
    within = actor.district if actor.has(*_OFFICES) else None
    if within is None and actor.organization_id is None:
        return Page(items=[])
    query = repository.search(
        within=within,
        own=actor.organization_id,
        organizations=() if organization_id is None else (organization_id,),
        statuses=status or (),
        only_late=only_late,
        from_day=from_day,
        until_day=until_day,
    )
    page = await paging.page(session, query, [Activity.id])
    items = [ActivityRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{activity_id}", summary="查询一次重大活动", responses=problems(404))
async def get(activity_id: UUID, session: Read, actor: Reader, response: Response) -> ActivityRead:
    found = await repository.get(session, activity_id)
    if not actor.owns(found.organization_id):
        if not actor.has(*_OFFICES):
            service.reporters_rule(actor, found.organization_id, found.district)
        district_rule(actor, found.district)
    return _told(found, response)


@router.put("/{activity_id}", summary="修改活动报告", responses=_STEPS)
async def amend(
    activity_id: UUID,
    body: ActivityForm,
    _: Reporter,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    return _told(await service.amend(uow, activity_id, version, body), response)


@router.post("/{activity_id}/acknowledge", summary="知悉", responses=_STEPS)
async def acknowledge(
    activity_id: UUID,
    body: Answer,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    done = await service.answer(uow, activity_id, version, Action.ACKNOWLEDGE, body.answer)
    return _told(done, response)


@router.post("/{activity_id}/request-changes", summary="要求调整", responses=_STEPS)
async def request_changes(
    activity_id: UUID,
    body: Answer,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    done = await service.answer(uow, activity_id, version, Action.REQUEST_CHANGES, body.answer)
    return _told(done, response)


@router.post("/{activity_id}/advise-against", summary="建议不举办", responses=_STEPS)
async def advise_against(
    activity_id: UUID,
    body: Answer,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    done = await service.answer(uow, activity_id, version, Action.ADVISE_AGAINST, body.answer)
    return _told(done, response)


@router.post("/{activity_id}/cancel", summary="取消活动", responses=_STEPS)
async def cancel(
    activity_id: UUID,
    body: Reason,
    _: Reporter,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    return _told(await service.cancel(uow, activity_id, version, body.reason), response)


@router.post("/{activity_id}/conclude", summary="报告活动结果", responses=_STEPS)
async def conclude(
    activity_id: UUID,
    body: Result,
    _: Reporter,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> ActivityRead:
    return _told(await service.conclude(uow, activity_id, version, body), response)


def _told(activity: Activity, response: Response) -> ActivityRead:
    return ActivityRead.model_validate(tagged(response, activity))
