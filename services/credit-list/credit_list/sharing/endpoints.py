"""HTTP of sharing: the files of a day, and what has ended since."""

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

from credit_list.access import OFFICIALS
from credit_list.sharing import files, repository, service
from credit_list.sharing.domain import Subject, check_revision, key_of
from credit_list.sharing.files import Encoding, Format, Part, Wanted
from credit_list.sharing.models import SharedChange
from credit_list.sharing.schemas import DeletionRead, FileRead, ManifestRead, RevisionsRead
from liandong.db.unit_of_work import UnitOfWork
from liandong.http.dependencies import DistrictFilter, Inquiry
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.values.days import IsoDay

router = router_for("/v1/exports", "共享文件")

Receiver = Annotated[Actor, Depends(require(*OFFICIALS, Role.PARTNER, scopes=("exports:read",)))]
_FILE = {200: {"content": {"text/csv": {}, "application/jsonl": {}}}, **problems(404, 409, 410)}
_Subject = Annotated[Subject, Query(description="listing 名单、penalty 行政处罚")]
_Revision = Annotated[
    int | None,
    Query(ge=1, le=10**9, description="清单所示的版本；不注明的，为现行版本"),
]
_Encoding = Annotated[Encoding, Query(description="CSV 的文字编码，默认 UTF-8（带字节序标记）")]


@router.get("/daily/{day}", summary="查询一日的共享文件清单", responses=problems(404, 409))
async def manifest(
    day: IsoDay, uow: Inquiry, _: Receiver, request: Request, district: DistrictFilter = ""
) -> ManifestRead:
    where = await service.readable_district(uow, district)
    closed = await service.closed_day(uow, day, where)
    engine = request.app.state.runtime.read_engine
    found: list[FileRead] = []
    for part in Part:
        for subject in Subject:
            file = await files.edition(engine, closed, where, part, subject)
            for one, summary in await files.summaries(engine, file):
                path = (
                    f"/v1/exports/daily/{day}/{part.value}?district={where}"
                    f"&subject={subject.value}&format={one.format.value}"
                    f"&encoding={one.encoding.value}&revision={file.revision}"
                )
                found.append(
                    FileRead(
                        part=part,
                        subject=subject,
                        format=one.format,
                        encoding=one.encoding,
                        path=path,
                        revision=file.revision,
                        revised_at=file.revised_at,
                        rows=summary.rows,
                        size=summary.size,
                        sha256=summary.sha256,
                    )
                )
    return ManifestRead(
        day=closed.day,
        district=where,
        closed_at=closed.closed_at,
        previous_day=closed.previous_day,
        first_position=closed.first_position,
        last_position=closed.last_position,
        files=found,
    )


@router.get(
    "/daily/{day}/full",
    summary="下载一日的全量文件",
    response_class=StreamingResponse,
    responses=_FILE,
)
async def full(
    day: IsoDay,
    uow: Inquiry,
    _: Receiver,
    request: Request,
    district: DistrictFilter = "",
    subject: _Subject = Subject.LISTING,
    kind_of_file: Annotated[Format, Query(alias="format")] = Format.CSV,
    encoding: _Encoding = Encoding.UTF_8,
    revision: _Revision = None,
) -> StreamingResponse:
    wanted = Wanted(Part.FULL, subject, kind_of_file, encoding)
    return await _file(uow, request, day, district, wanted, revision)


@router.get(
    "/daily/{day}/delta",
    summary="下载一日的增量文件",
    response_class=StreamingResponse,
    responses=_FILE,
)
async def delta(
    day: IsoDay,
    uow: Inquiry,
    _: Receiver,
    request: Request,
    district: DistrictFilter = "",
    subject: _Subject = Subject.LISTING,
    kind_of_file: Annotated[Format, Query(alias="format")] = Format.CSV,
    encoding: _Encoding = Encoding.UTF_8,
    revision: _Revision = None,
) -> StreamingResponse:
    wanted = Wanted(Part.DELTA, subject, kind_of_file, encoding)
    return await _file(uow, request, day, district, wanted, revision)


@router.get("/revisions", summary="查询已有新版本的文件")
async def revisions(uow: Inquiry, _: Receiver, district: DistrictFilter = "") -> RevisionsRead:
    """保留期内因修复、更正、移出或者撤销而有新版本的文件；没有列出的仍为第1版。"""
    where = await service.readable_district(uow, district)
    found = await service.revisions(uow, where)
    return RevisionsRead(district=where, files=found)


@router.get("/deletions", summary="查询最近一日文件之后停止共享的数据")
async def deletions(
    uow: Inquiry, _: Receiver, paging: Paging, district: DistrictFilter = ""
) -> Page[DeletionRead]:
    """修复、移出、更正、公示期满的，立即列在这里；下一日的增量文件载有同样的删除标记。"""
    where = await service.readable_district(uow, district)
    query = repository.deleted_since_close(where, uow.today)
    page = await paging.page(uow.session, query, [SharedChange.position])
    items = [
        DeletionRead(key=key_of(one.subject, one.subject_id), position=one.position)
        for one in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)


async def _file(
    uow: UnitOfWork,
    request: Request,
    day: date,
    district: str,
    wanted: Wanted,
    revision: int | None,
) -> StreamingResponse:
    where = await service.readable_district(uow, district)
    closed = await service.closed_day(uow, day, where)
    if wanted.format is Format.JSONL:
        wanted = Wanted(wanted.part, wanted.subject, wanted.format)
    engine = request.app.state.runtime.read_engine
    file = await files.edition(engine, closed, where, wanted.part, wanted.subject)
    check_revision(revision, file.revision)
    name = quote(wanted.name(closed, where, file.revision))
    return StreamingResponse(
        files.content(engine, file, wanted),
        media_type=wanted.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "ETag": f'"r{file.revision}"',
        },
    )
