"""HTTP of lists of others."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from starlette.datastructures import UploadFile

from credit_list.access import OFFICIALS, Reader, readable_part
from credit_list.receiving import domain, repository, resolving, service, sheets
from credit_list.receiving.domain import BatchStatus, RowStatus
from credit_list.receiving.models import Batch, ForeignListing, Row
from credit_list.receiving.rules import RECEIVING
from credit_list.receiving.schemas import (
    BatchDetail,
    BatchGiven,
    BatchHead,
    BatchRead,
    Candidate,
    DismissRow,
    ForeignListingRead,
    ResolveRow,
    RowDetail,
    RowGiven,
    RowRead,
    SenderCode,
    SourceRead,
)
from liandong.http.dependencies import IfMatch, Inquiry, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import Clerk, require
from liandong.identity.guards import district_rule
from liandong.imports.upload import REQUEST_BODY
from liandong.problems import FieldError, Forbidden, Invalid

router = router_for("/v1/receiving", "接收外部名单")
foreign_router = router_for("/v1/foreign-listings", "外部列入")

_SENDERS = require(Role.CLERK, Role.PARTNER, scopes=("receiving:write",))
Deliverer = Annotated[Actor, Depends(_SENDERS)]
Official = Annotated[Actor, Depends(require(*OFFICIALS))]
_TAKEN: Any = {200: {"model": BatchRead, "description": "该批次已经收到"}, **problems(409)}
_CHANGES = problems(404, 409, 412, 428)


@router.post("/batches", status_code=201, summary="提交一批名单", responses=_TAKEN)
async def submit(body: BatchGiven, _: Deliverer, uow: Write, response: Response) -> BatchRead:
    told = [(one.number, one.operation.value, one.record_key) for one in body.rows]
    domain.check_checksum(body.checksum, domain.rows_checksum(told))
    head = BatchHead.model_validate(body.model_dump(exclude={"rows"}))
    batch, is_new = await service.receive(uow, head, body.rows)
    return _received(batch, response, is_new=is_new)


async def _uploaded(
    request: Request, _: Deliverer, head: Annotated[BatchHead, Query()]
) -> list[RowGiven]:
    """Who may send is settled before the file is looked at."""
    await request.body()
    async with request.form(max_files=1, max_fields=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            told = "请以 multipart/form-data 的 file 字段上传文件"
            raise Invalid(told, [FieldError("/file", "missing", "此项必填")])
        data = await file.read()
        name = file.filename or ""
    return await asyncio.to_thread(sheets.read_rows, data, name, head.checksum)


@router.post(
    "/files",
    status_code=201,
    summary="以文件提交一批名单",
    responses=_TAKEN,
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def submit_file(
    head: Annotated[BatchHead, Query()],
    rows: Annotated[list[RowGiven], Depends(_uploaded)],
    uow: Write,
    response: Response,
) -> BatchRead:
    batch, is_new = await service.receive(uow, head, rows)
    return _received(batch, response, is_new=is_new)


@router.get("/batches", summary="查询收到的批次")
async def search_batches(
    session: Read,
    actor: Official,
    paging: Paging,
    sender: SenderCode | None = None,
    status: BatchStatus | None = None,
) -> Page[BatchRead]:
    query = repository.search_batches(_district(actor), sender, status)
    page = await paging.page(session, query, [Batch.id], descending=True)
    items = [BatchRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/batches/{batch_id}", summary="查询一批", responses=problems(404))
async def get_batch(
    batch_id: UUID, session: Read, actor: Official, response: Response
) -> BatchDetail:
    batch = await repository.batch(session, batch_id)
    district_rule(actor, batch.district)
    counts = await repository.counts(session, batch_id)
    read = BatchRead.model_validate(tagged(response, batch))
    return BatchDetail(**read.model_dump(), rows=counts)


@router.get("/rows", summary="查询收到的行")
async def search_rows(
    session: Read,
    actor: Official,
    paging: Paging,
    status: RowStatus | None = None,
    batch_id: UUID | None = None,
) -> Page[RowRead]:
    query = repository.search_rows(_district(actor), status, batch_id)
    page = await paging.page(session, query, [Row.id], descending=True)
    items = [RowRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/rows/{row_id}", summary="查询一行及可能对应的组织", responses=problems(404))
async def get_row(row_id: UUID, uow: Inquiry, actor: Official, response: Response) -> RowDetail:
    row = await repository.row(uow.session, row_id)
    district_rule(actor, row.district)
    detail = RowDetail.model_validate(RowRead.model_validate(tagged(response, row)).model_dump())
    if row.status is RowStatus.UNRESOLVED:
        most = (await uow.rules(RECEIVING, row.district)).parameters.candidates
        found = await repository.candidates(uow.session, row, most)
        detail.candidates = [Candidate.model_validate(one, from_attributes=True) for one in found]
    return detail


@router.post("/rows/{row_id}/resolve", summary="对应到社会组织", responses=_CHANGES)
async def resolve(
    row_id: UUID, body: ResolveRow, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> RowRead:
    row = await resolving.resolve(uow, row_id, version, body.organization_id, body.reason)
    return RowRead.model_validate(tagged(response, row))


@router.post("/rows/{row_id}/dismiss", summary="不予对应", responses=_CHANGES)
async def dismiss(
    row_id: UUID, body: DismissRow, _: Clerk, uow: Write, version: IfMatch, response: Response
) -> RowRead:
    row = await resolving.dismiss(uow, row_id, version, body.reason)
    return RowRead.model_validate(tagged(response, row))


@foreign_router.get("", summary="查询外部列入")
async def foreign_listings(
    session: Read,
    actor: Reader,
    paging: Paging,
    organization_id: UUID | None = None,
    stands: bool | None = None,
) -> Page[ForeignListingRead]:
    """官员和审计人员看到本区划的，社会组织看到关于自己的。"""
    district, only = readable_part(actor, organization_id)
    query = repository.search_listings(district, only, stands)
    page = await paging.page(session, query, [ForeignListing.id], descending=True)
    items = [ForeignListingRead.model_validate(one) for one in page.items]
    by_id = {one.id: one for one in items}
    for row, batch, sender in await repository.sources(session, list(by_id)):
        listing = by_id.get(row.listing_id) if row.listing_id else None
        if listing is not None:
            listing.sources.append(
                SourceRead(
                    sender=sender.code,
                    sender_name=sender.name,
                    batch_number=batch.number,
                    row=row.number,
                    received_at=row.created_at,
                    status=row.status,
                )
            )
    return Page(items=items, next_cursor=page.next_cursor)


def _district(actor: Actor) -> str:
    if actor.district is None:
        raise Forbidden("您的账号未设置管辖区划，无法查询")
    return actor.district


def _received(batch: Batch, response: Response, *, is_new: bool) -> BatchRead:
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/receiving/batches/{batch.id}"
    return BatchRead.model_validate(tagged(response, batch))
