"""HTTP of watch lists: each sees the own ones alone."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from credit_list.asking import Asker
from credit_list.listings.events import OrganizationListed
from credit_list.watch_lists import domain, repository, service
from credit_list.watch_lists.models import WatchedCode, WatchList
from credit_list.watch_lists.repository import Change
from credit_list.watch_lists.schemas import (
    ChangeRead,
    Changes,
    MakeWatchList,
    WatchedCodes,
    WatchListCounted,
    WatchListRead,
)
from liandong.http.dependencies import IfMatch, Read, Write, tagged
from liandong.http.paging import Page, Paging
from liandong.http.routing import problems, router_for

router = router_for("/v1/watch-lists", "关注清单")
_CHANGES = problems(404, 409, 412, 428)
_LAST_POSITION = 2**62


def _counted(response: Response, watch_list: WatchList, number: int) -> WatchListCounted:
    read = WatchListRead.model_validate(tagged(response, watch_list))
    return WatchListCounted(**read.model_dump(), codes=number)


@router.post("", status_code=201, summary="新建关注清单", responses=problems(409))
async def make(
    body: MakeWatchList, actor: Asker, uow: Write, response: Response
) -> WatchListCounted:
    made, number = await service.make(uow, body.name, body.codes)
    response.headers["Location"] = f"/v1/watch-lists/{made.id}"
    return _counted(response, made, number)


@router.get("", summary="查询本账号的关注清单")
async def search(session: Read, actor: Asker, paging: Paging) -> Page[WatchListRead]:
    page = await paging.page(session, repository.of(actor.subject), [WatchList.id], descending=True)
    items = [WatchListRead.model_validate(one) for one in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.get("/{watch_list_id}", summary="查询一份关注清单", responses=problems(404))
async def get(
    watch_list_id: UUID, session: Read, actor: Asker, response: Response
) -> WatchListCounted:
    found = await repository.get(session, watch_list_id, actor.subject)
    return _counted(response, found, await repository.count(session, found.id))


@router.get("/{watch_list_id}/codes", summary="查询关注清单的代码", responses=problems(404))
async def codes(watch_list_id: UUID, session: Read, actor: Asker, paging: Paging) -> Page[str]:
    found = await repository.get(session, watch_list_id, actor.subject)
    page = await paging.page(session, repository.codes(found.id), [WatchedCode.code])
    return Page(items=[one.code for one in page.items], next_cursor=page.next_cursor)


@router.post("/{watch_list_id}/add", summary="增加代码", responses=_CHANGES)
async def add(
    watch_list_id: UUID,
    body: WatchedCodes,
    actor: Asker,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> WatchListCounted:
    return _counted(response, *await service.add(uow, watch_list_id, version, body.codes))


@router.post("/{watch_list_id}/remove", summary="去掉代码", responses=_CHANGES)
async def remove(
    watch_list_id: UUID,
    body: WatchedCodes,
    actor: Asker,
    uow: Write,
    version: IfMatch,
    response: Response,
) -> WatchListCounted:
    return _counted(response, *await service.remove(uow, watch_list_id, version, body.codes))


@router.post(
    "/{watch_list_id}/discard",
    status_code=204,
    summary="删除关注清单",
    responses=problems(404, 412, 428),
)
async def discard(watch_list_id: UUID, actor: Asker, uow: Write, version: IfMatch) -> None:
    await service.discard(uow, watch_list_id, version)


@router.get("/{watch_list_id}/changes", summary="查询关注组织的信用变化", responses=problems(404))
async def changes(
    watch_list_id: UUID,
    session: Read,
    actor: Asker,
    request: Request,
    response: Response,
    after: Annotated[
        int, Query(ge=0, le=_LAST_POSITION, description="上一页的 next，或核查答复的 position")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Changes:
    found = await repository.get(session, watch_list_id, actor.subject)
    await session.close()
    pool = request.app.state.runtime.lists
    head, oldest, items = await repository.changes(pool, found.id, after, limit)
    last = items[-1].position if len(items) == limit else None
    end = domain.end_of_page(after, head, repository.WINDOW, last)
    response.headers["Cache-Control"] = "no-store"
    return Changes(items=[_read(one) for one in items], next=end, more=end < head, oldest=oldest)


def _read(change: Change) -> ChangeRead:
    data: dict[str, Any] = change.data
    listed = change.type == OrganizationListed.type
    return ChangeRead(
        position=change.position,
        codes=change.codes,
        organization_id=data["organization_id"],
        fact="listed" if listed else "delisted",
        listing_id=data["listing_id"],
        list=data["list"],
        on=data["listed_on"] if listed else data["delisted_on"],
        trigger=data.get("trigger"),
        measures=data.get("measures", []),
        reason=data.get("reason"),
    )
