"""HTTP of attachments."""

import base64
from typing import Annotated, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from liandong.http.dependencies import PersonalReads, Read, Write
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.actors import Actor, Role
from liandong.identity.dependencies import require
from liandong.problems import NotFound
from registry.applications import repository as application_repository
from registry.attachments import repository, service
from registry.attachments.contents import content_of
from registry.attachments.kinds import FileKind
from registry.attachments.models import Attachment
from registry.attachments.schemas import AttachmentDone, AttachmentRead
from registry.attachments.upload import REQUEST_BODY, Applicant, Uploaded

router = router_for("/v1/applications/{application_id}/attachments", "登记申请的附件")

Reader = Annotated[
    Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.ORGANIZATION))
]
ContentReader = Annotated[Actor, Depends(require(Role.CLERK, Role.APPROVER, Role.ORGANIZATION))]

_CONTENT: Final = {
    200: {
        "description": "文件内容",
        "content": {
            kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in FileKind
        },
    }
}


@router.post(
    "",
    status_code=201,
    summary="上传附件",
    responses=problems(404, 409) | {200: {"model": AttachmentDone, "description": "同一文件已在"}},
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def add(
    application_id: UUID, upload: Uploaded, uow: Write, response: Response
) -> AttachmentDone:
    """同一文件为同一材料再次上传的，仍是原来的附件（200）。"""
    done = await service.add(uow, application_id, upload.accepted())
    response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = (
        f"/v1/applications/{application_id}/attachments/{done.attachment.id}"
    )
    return AttachmentDone.after(done)


@router.get("", summary="查询附件", responses=problems(404))
async def search(
    application_id: UUID,
    session: Read,
    actor: Reader,
    paging: Paging,
    with_removed: Annotated[bool, Query(description="连同已撤下的")] = False,
) -> Page[AttachmentRead]:
    """按上传的先后。审计人员看不到文件名，也不能下载内容。"""
    masked = await _masked(session, actor, application_id)
    query = repository.search(application_id, with_removed=with_removed)
    page = await paging.page(session, query, [Attachment.id])
    items = [AttachmentRead.of(one, masked=masked) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{attachment_id}", summary="查询一个附件", responses=problems(404))
async def get(
    application_id: UUID, attachment_id: UUID, session: Read, actor: Reader
) -> AttachmentRead:
    masked = await _masked(session, actor, application_id)
    found = await repository.get(session, application_id, attachment_id)
    return AttachmentRead.of(found, masked=masked)


@router.get(
    "/{attachment_id}/content",
    summary="下载附件",
    response_class=Response,
    responses=problems(404) | _CONTENT,
)
async def read_content(
    application_id: UUID,
    attachment_id: UUID,
    request: Request,
    session: Read,
    actor: ContentReader,
    reads: PersonalReads,
) -> Response:
    """官员下载的，每次都记入个人信息查阅记录。"""
    application = await application_repository.get(session, application_id)
    own = service.readers_rule(actor, application)
    found = await repository.get(session, application_id, attachment_id)
    if not found.has_content:
        raise NotFound("附件在递交前已撤下，内容已删除")
    district = application.district
    await session.close()  # the store may be slow: nobody waits for this connection meanwhile
    content = await content_of(request.app.state.runtime.store, found)
    if not own:
        await reads.note("attachment", found.id, district)
    return StreamingResponse(content, media_type=found.media_type, headers=_headers(found))


@router.delete("/{attachment_id}", summary="撤下附件", responses=problems(404, 409))
async def remove(
    application_id: UUID, attachment_id: UUID, _: Applicant, uow: Write
) -> AttachmentDone:
    """尚未递交的，内容随即删除；已经递交过的不再计入材料，内容留存备查。已撤下的再撤一次，什么也不改变。"""
    return AttachmentDone.after(await service.remove(uow, application_id, attachment_id))


async def _masked(session: Read, actor: Actor, application_id: UUID) -> bool:
    """Whether the caller may know of the files, but not what they are called."""
    application = await application_repository.get(session, application_id)
    own = service.readers_rule(actor, application)
    return not own and not actor.has(Role.CLERK, Role.APPROVER)


def _headers(attachment: Attachment) -> dict[str, str]:
    extension = attachment.file_name.rpartition(".")[2]
    digest = base64.b64encode(bytes.fromhex(attachment.sha256)).decode()
    return {
        "Content-Disposition": (
            f'attachment; filename="attachment.{extension}";'
            f" filename*=UTF-8''{quote(attachment.file_name, safe='')}"
        ),
        "Content-Length": str(attachment.size_bytes),
        "ETag": f'"{attachment.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
