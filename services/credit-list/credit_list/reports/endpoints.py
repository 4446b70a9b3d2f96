"""HTTP of monthly reports."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from credit_list.access import OFFICIALS
from credit_list.reports import service
from credit_list.reports.models import MonthlyReport
from credit_list.reports.schemas import MonthlyRead, MonthName, NoteReport, ReportMonth
from liandong.db.unit_of_work import UnitOfWork
from liandong.http.dependencies import IfMatch, Inquiry, Write
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Approver, Clerk, require
from liandong.identity.guards import district_rule
from liandong.values.districts import DistrictCode

router = router_for("/v1/reports", "名单月报")

Official = Annotated[Actor, Depends(require(*OFFICIALS))]
_CHANGES = problems(404, 409, 412, 428)


@router.get("/monthly/{month}", summary="查询名单月报", responses=problems(409))
async def monthly(
    month: MonthName, district: DistrictCode, uow: Inquiry, actor: Official, response: Response
) -> MonthlyRead:
    district_rule(actor, district)
    found = await service.read(uow, district, month)
    response.headers["ETag"] = f'"v{found.version}"'
    return found


@router.post("/monthly", summary="上报名单月报", responses=problems(409))
async def report(body: ReportMonth, _: Clerk, uow: Write, response: Response) -> MonthlyRead:
    return await _told(uow, await service.report(uow, body), response)


@router.post("/{report_id}/confirm", summary="确认名单月报", responses=_CHANGES)
async def confirm(
    report_id: UUID, _: Approver, uow: Write, version: IfMatch, response: Response
) -> MonthlyRead:
    return await _told(uow, await service.confirm(uow, report_id, version), response)


@router.post("/{report_id}/notes", summary="附注更正说明", responses=_CHANGES)
async def note(
    report_id: UUID,
    body: NoteReport,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> MonthlyRead:
    return await _told(uow, await service.note(uow, report_id, version, body.note), response)


async def _told(uow: UnitOfWork, found: MonthlyReport, response: Response) -> MonthlyRead:
    await uow.session.flush()
    response.headers["ETag"] = f'"v{found.version}"'
    return await service.read(uow, found.district, found.month)
