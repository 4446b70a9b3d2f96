"""Imports over HTTP: hand in a file, follow the job, read what became of each row."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from liandong.db.unit_of_work import UnitOfWorkFactory
from liandong.http.dependencies import Read, Write
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor
from liandong.identity.dependencies import CurrentActor
from liandong.imports import jobs, sheets
from liandong.imports.kinds import Outcome
from liandong.imports.tables import JOB, ROW
from liandong.imports.upload import REQUEST_BODY, Kind, Uploaded
from liandong.problems import NotFound

router: APIRouter = router_for("/v1/imports", "批量导入")


class ImportRead(BaseModel):
    """一次导入：一个文件及其办理进度。"""

    id: UUID
    kind: str
    file_name: str
    district: str
    status: Literal["waiting", "running", "done"]
    total: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    submitted_at: datetime
    finished_at: datetime | None
    same_file_as: UUID | None
    """本区划上一次导入的同一文件；为空表示首次导入。"""
    dry_run: bool
    """试导入：只报告每一行会有什么结果，什么也不写入。"""
    ignored_columns: list[str]
    """表中有而此类导入不用的列。"""


class ImportRowRead(BaseModel):
    """一行的结果；``number`` 是表格中的行号，``outcome`` 为空表示尚未办理。"""

    number: int
    outcome: Outcome | None
    reason: str | None
    errors: list[dict[str, str]]
    subject_id: UUID | None


@router.get(
    "/templates/{kind}.xlsx",
    summary="下载导入模板",
    response_class=Response,
    responses=problems(404) | {200: {"content": {sheets.XLSX: {}}}},
)
def get_template(kind: Kind, actor: CurrentActor) -> Response:
    from liandong.imports.templates import template  # noqa: PLC0415 - openpyxl is slow to import

    return sheets.download(template(kind), sheets.XLSX, f"{kind.title}模板.xlsx")


@router.post(
    "/{kind}",
    status_code=202,
    summary="提交导入文件",
    responses=problems(404),
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def submit_import(
    request: Request,
    response: Response,
    upload: Uploaded,
    uow: Write,
    dry_run: Annotated[bool, Query(description="试导入：逐行检查并报告结果，什么也不写入")] = False,
) -> ImportRead:
    job = await jobs.submit(
        uow,
        upload.kind,
        upload.file_name,
        upload.data,
        upload.table,
        upload.repeated,
        dry_run=dry_run,
    )
    response.headers["Location"] = f"/v1/imports/{job}"
    return _read(request, await _found(uow.session, uow.actor, job))


@router.get("", summary="查询本区划的导入")
async def list_imports(
    request: Request, actor: CurrentActor, session: Read, paging: Paging
) -> Page[ImportRead]:
    page = await paging.page(
        session, jobs.jobs_seen_by(actor), [JOB.c.id], descending=True, scalars=False
    )
    items = [_read(request, row) for row in page.items]
    return Page[ImportRead](items=items, next_cursor=page.next_cursor)


@router.get("/{import_id}", summary="查看导入进度", responses=problems(404))
async def get_import(
    request: Request, import_id: UUID, actor: CurrentActor, session: Read
) -> ImportRead:
    return _read(request, await _found(session, actor, import_id))


@router.get("/{import_id}/rows", summary="查看逐行结果", responses=problems(404))
async def list_import_rows(
    import_id: UUID,
    actor: CurrentActor,
    session: Read,
    paging: Paging,
    outcome: Annotated[Outcome | None, Query(description="只看这一种结果")] = None,
) -> Page[ImportRowRead]:
    await _found(session, actor, import_id)
    query = select(ROW).where(ROW.c.job_id == import_id)
    if outcome is not None:
        query = query.where(ROW.c.outcome == outcome.value)
    page = await paging.page(session, query, [ROW.c.number], scalars=False)
    items = [
        ImportRowRead(
            number=row.number,
            outcome=row.outcome,
            reason=row.reason,
            errors=row.errors or [],
            subject_id=row.subject_id,
        )
        for row in page.items
    ]
    return Page[ImportRowRead](items=items, next_cursor=page.next_cursor)


@router.get(
    "/{import_id}/report.csv",
    summary="下载未导入的行",
    response_class=Response,
    responses=problems(404) | {200: {"content": {"text/csv": {}}}},
)
async def get_report(request: Request, import_id: UUID, actor: CurrentActor) -> Response:
    """Rows as they were handed in may hold personal data: reading them is put on record.

    The unit of work is opened here, so that no idempotency key can store the report.
    """
    commands: UnitOfWorkFactory = request.app.state.runtime.commands
    request_id = request.scope.get("liandong.request_id", "")
    async with commands.begin(actor, request_id=request_id) as uow:
        job = await _found(uow.session, actor, import_id)
        rows = await uow.session.execute(
            select(ROW.c.number, ROW.c.reason, ROW.c.content)
            .where(ROW.c.job_id == import_id, ROW.c.outcome == Outcome.REJECTED.value)
            .order_by(ROW.c.number)
        )
        content = sheets.report(
            job.headings, ((row.number, row.reason, row.content) for row in rows)
        )
        uow.record("import.report-read", "import", import_id, district=job.district)
    return sheets.download(content, "text/csv; charset=utf-8", f"{job.kind}-未导入.csv")


async def _found(session: AsyncSession, actor: Actor, import_id: UUID) -> Row[Any]:
    query = jobs.jobs_seen_by(actor).where(JOB.c.id == import_id)
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound("没有这次导入，或不在您的管辖区划之内")
    return row


def _read(request: Request, row: Row[Any]) -> ImportRead:
    known: set[str] = set()
    for kind in request.app.state.runtime.definition.imports:
        if kind.name == row.kind:
            known |= kind.columns.keys()
    ignored = [heading for heading in row.headings if heading not in known] if known else []
    return ImportRead(**row._mapping, ignored_columns=ignored)
