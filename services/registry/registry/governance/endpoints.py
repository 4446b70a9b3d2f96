"""HTTP of governance."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from liandong.http.dependencies import IfMatch, PersonalReads, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for
from liandong.identity.dependencies import Approver, Clerk
from registry.governance import posts, repository, service
from registry.governance.models import PostHolding, TermOfOffice
from registry.governance.schemas import (
    CorrectedPost,
    ElectionFiling,
    Extension,
    NewPost,
    PostEnding,
    PostRead,
    TemporaryCertificate,
    TermRead,
)
from registry.histories.endpoints import Readable, Reader, sees_persons
from registry.organizations.models import Organization
from registry.organizations.schemas import QueryDay

router = router_for("/v1/organizations/{organization_id}", "内部治理")

_STEPS = problems(404, 409, 412, 428)


@router.post("/terms", status_code=201, summary="换届结果备案", responses=_STEPS)
async def elect(
    organization_id: UUID,
    body: ElectionFiling,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TermRead:
    """ETag 为该组织的新版本。上一届任职人员的任期至新一届开始的前一日。"""
    return _term(await service.elect(uow, organization_id, version, body), response)


@router.get("/terms", summary="查询历届", responses=problems(404))
async def terms(organization: Readable, session: Read, paging: Paging) -> Page[TermRead]:
    page = await paging.page(session, repository.terms(organization.id), [TermOfOffice.number])
    items = [TermRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.post("/terms/extend", summary="延期换届", responses=_STEPS)
async def extend(
    organization_id: UUID,
    body: Extension,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TermRead:
    return _term(await service.extend(uow, organization_id, version, body), response)


@router.post("/temporary-certificate", summary="发给临时证书", responses=_STEPS)
async def issue_temporary(
    organization_id: UUID,
    body: TemporaryCertificate,
    _: Approver,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> TermRead:
    """届期已满而尚未换届的，每届可以发给一次。"""
    return _term(await service.issue_temporary(uow, organization_id, version, body), response)


@router.post("/posts", status_code=201, summary="增补任职人员", responses=_STEPS)
async def appoint(
    organization_id: UUID,
    body: NewPost,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PostRead:
    return _post(await posts.appoint(uow, organization_id, version, body), response)


@router.get("/posts", summary="查询任职人员", responses=problems(404))
async def held(
    organization: Readable,
    session: Read,
    actor: Reader,
    reads: PersonalReads,
    paging: Paging,
    on: Annotated[QueryDay | None, Query(description="该日的任职人员；不填为历任和现任")] = None,
) -> Page[PostRead]:
    query = repository.posts(organization.id, on=on)
    page = await paging.page(session, query, [PostHolding.id])
    items = [PostRead.model_validate(one) for one in page.items]
    if not items or not await sees_persons(actor, reads, organization):
        items = [one.masked() for one in items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.post("/posts/{post_id}/end", summary="不再任职", responses=_STEPS)
async def end(
    organization_id: UUID,
    post_id: UUID,
    body: PostEnding,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PostRead:
    return _post(await posts.end(uow, organization_id, version, post_id, body), response)


@router.post("/posts/{post_id}/correct", summary="更正任职记录", responses=_STEPS)
async def correct(
    organization_id: UUID,
    post_id: UUID,
    body: CorrectedPost,
    _: Clerk,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> PostRead:
    return _post(await posts.correct(uow, organization_id, version, post_id, body), response)


def _term(done: tuple[Organization, TermOfOffice], response: Response) -> TermRead:
    organization, term = done
    tagged(response, organization)
    return TermRead.model_validate(term)


def _post(done: tuple[Organization, PostHolding], response: Response) -> PostRead:
    organization, post = done
    tagged(response, organization)
    return PostRead.model_validate(post)
