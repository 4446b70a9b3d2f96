"""HTTP of officers."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response

from liandong.http.dependencies import DistrictFilter, IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Approver, Official, require
from liandong.identity.guards import district_rule
from registry.officers import repository, service
from registry.officers.models import Officer
from registry.officers.schemas import ChangeOfficer, Interest, OfficerRead, RegisterOfficer

router = router_for("/v1/officers", "执法人员")

Reader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR))]
_STEPS = problems(404, 409, 412, 428)


@router.post("", status_code=201, summary="登记执法人员", responses=problems(409))
async def register(
    body: RegisterOfficer, _: Approver, uow: Write, response: Response
) -> OfficerRead:
    officer = await service.register(uow, body)
    response.headers["Location"] = f"/v1/officers/{officer.id}"
    return _told(officer, response)


@router.get("", summary="查询执法人员")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    district: DistrictFilter = "",
    only_active: Annotated[bool, Query(description="只列在岗的")] = False,
) -> Page[OfficerRead]:
    within = district or actor.district
    if within is None:
        return Page(items=[])
    district_rule(actor, within)
    query = repository.search(within=within, only_active=only_active)
    page = await paging.page(session, query, [Officer.id])
    items = [OfficerRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{officer_id}", summary="查询一名执法人员", responses=problems(404))
async def get(officer_id: UUID, session: Read, actor: Reader, response: Response) -> OfficerRead:
    officer = await repository.get(session, officer_id)
    district_rule(actor, officer.district)
    return _told(officer, response)


@router.patch("/{officer_id}", summary="变更执法人员信息", responses=_STEPS)
async def change(
    officer_id: UUID,
    body: ChangeOfficer,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OfficerRead:
    return _told(await service.change(uow, officer_id, version, body), response)


@router.post("/{officer_id}/interests", summary="登记回避事由", responses=_STEPS)
async def note_interest(
    officer_id: UUID,
    body: Interest,
    _: Official,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> OfficerRead:
    """登记之后，抽查不抽取、立案和检查不接受该人员办理这家组织的事项。"""
    return _told(await service.note_interest(uow, officer_id, version, body), response)


def _told(officer: Officer, response: Response) -> OfficerRead:
    return OfficerRead.model_validate(tagged(response, officer))
