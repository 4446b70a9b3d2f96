"""HTTP of credit records."""

from uuid import UUID

from fastapi import Response

from credit_list.access import (
    OFFICIALS,
    ClerkOrOrganization,
    Reader,
    check_readable,
    readable_part,
)
from credit_list.records import objections, repository, service
from credit_list.records.domain import Category, Kind, Status
from credit_list.records.models import CreditRecord
from credit_list.records.schemas import (
    CheckObjection,
    DecideObjection,
    ObjectionRead,
    ObjectToRecord,
    RecordDetail,
    RecordFact,
    RecordRead,
    VersionRead,
)
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import Approver, Clerk

router = router_for("/v1/records", "信用记录")
_CHANGES = problems(404, 409, 412, 428)


def _shown(record: CreditRecord, actor: Actor) -> RecordRead:
    read = RecordRead.model_validate(record)
    read.kind_text = record.kind.label
    return read if actor.has(*OFFICIALS) else read.without_officers()


@router.post(
    "",
    status_code=201,
    summary="记录其他部门的信用信息",
    responses={200: {"model": RecordRead, "description": "同一事实已经记录"}, **problems(409)},
)
async def record_fact(body: RecordFact, actor: Clerk, uow: Write, response: Response) -> RecordRead:
    record, is_new = await service.record_fact(uow, body)
    tagged(response, record)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/records/{record.id}"
    return _shown(record, actor)


@router.get("", summary="查询信用记录")
async def search(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    category: Category | None = None,
    kind: Kind | None = None,
    status: Status | None = None,
    late: bool | None = None,
) -> Page[RecordRead]:
    district, only = readable_part(actor, organization_id)
    query = repository.search(
        district=district,
        organization_id=only,
        category=category,
        kind=kind,
        status=status,
        late=late,
    )
    page = await paging.page(session, query, [CreditRecord.id], descending=True)
    return Page(items=[_shown(one, actor) for one in page.items], next_cursor=page.next_cursor)


@router.get("/{record_id}", summary="查询一条信用记录", responses=problems(404))
async def get(record_id: UUID, session: Read, actor: Reader, response: Response) -> RecordDetail:
    record = await repository.get(session, record_id)
    check_readable(actor, record.district, record.organization_id)
    detail = RecordDetail.model_validate(_shown(tagged(response, record), actor).model_dump())
    detail.objections = [
        ObjectionRead.model_validate(one) for one in await repository.objections(session, record_id)
    ]
    detail.versions = [
        VersionRead.model_validate(one) for one in await repository.versions(session, record_id)
    ]
    if not actor.has(*OFFICIALS):
        for one in detail.versions:
            one.by = None
    return detail


@router.post("/{record_id}/objections", summary="提出或登记异议", responses=_CHANGES)
async def object_to(
    record_id: UUID,
    body: ObjectToRecord,
    actor: ClerkOrOrganization,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RecordRead:
    record = await objections.object_to(uow, record_id, version, body)
    return _shown(tagged(response, record), actor)


@router.post("/{record_id}/check", summary="核查异议", responses=_CHANGES)
async def check(
    record_id: UUID,
    body: CheckObjection,
    actor: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RecordRead:
    record = await objections.check(uow, record_id, version, body.findings)
    return _shown(tagged(response, record), actor)


@router.post("/{record_id}/decide", summary="决定异议", responses=_CHANGES)
async def decide(
    record_id: UUID,
    body: DecideObjection,
    actor: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> RecordRead:
    record = await objections.decide(uow, record_id, version, body)
    return _shown(tagged(response, record), actor)


@router.post("/{record_id}/withdraw", summary="来源部门撤销文书", responses=_CHANGES)
async def withdraw(
    record_id: UUID, actor: Approver, uow: Write, version: IfMatch, response: Response
) -> RecordRead:
    record = await service.withdraw(uow, record_id, version)
    return _shown(tagged(response, record), actor)
